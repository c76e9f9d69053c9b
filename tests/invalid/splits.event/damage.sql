UPDATE articles SET event = 'well' WHERE article_id = 'library';
