UPDATE articles SET published = '2026-12-01' WHERE article_id = 'well';
