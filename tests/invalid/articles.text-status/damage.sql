UPDATE articles SET text_status = 1 WHERE article_id = 'well';
