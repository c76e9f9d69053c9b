UPDATE articles SET author = 'Ole Brink, +44 20 7123 4567' WHERE article_id = 'well';
