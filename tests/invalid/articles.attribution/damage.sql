UPDATE articles SET publisher = NULL, author = NULL, url = NULL WHERE article_id = 'well';
