UPDATE articles SET published_precision = 99 WHERE article_id = 'well';
