INSERT INTO articles SELECT * FROM articles WHERE article_id = 'well';
