-- The address of the well's article, as somebody else wrote it down.
UPDATE articles SET url = 'http://www.Gazette.example/well/?utm_source=letter#top' WHERE article_id = 'library';
