UPDATE articles SET dup_group = 'library' WHERE article_id IN ('library', 'well');
