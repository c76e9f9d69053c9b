UPDATE articles SET language = 'de' WHERE article_id = 'well';
