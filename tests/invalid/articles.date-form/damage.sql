UPDATE articles SET published_precision = 0 WHERE article_id = 'well';
