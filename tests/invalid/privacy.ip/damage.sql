UPDATE articles SET author = 'Ole Brink at 93.184.216.34' WHERE article_id = 'well';
