UPDATE articles SET author = 'Ole Brink 🌾 brink.ole@valley-post.org' WHERE article_id = 'well';
