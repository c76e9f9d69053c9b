UPDATE articles SET published_precision = NULL WHERE article_id = 'well';
