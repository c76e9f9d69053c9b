UPDATE articles SET author = 'Ole Brink 131052-308T' WHERE article_id = 'well';
