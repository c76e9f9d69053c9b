UPDATE articles SET licence = 'CC-BY-4.0 AND CC-BY-NC-4.0' WHERE article_id = 'well';
