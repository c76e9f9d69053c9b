-- Two articles change places, and the ledger has no other word for it.
UPDATE articles SET split = CASE article_id WHEN 'well' THEN 'test' ELSE 'validation' END
WHERE article_id IN ('well', 'library');
UPDATE articles SET file_split = split;
UPDATE sentences SET file_split = (SELECT split FROM articles WHERE articles.article_id = sentences.article_id);
UPDATE citations SET file_split = (SELECT split FROM articles WHERE articles.article_id = citations.article_id);
UPDATE sources SET file_split = (SELECT split FROM articles WHERE articles.article_id = sources.article_id);
UPDATE claims SET file_split = (SELECT split FROM articles WHERE articles.article_id = claims.article_id);
UPDATE stances SET file_split = (SELECT split FROM articles WHERE articles.article_id = stances.article_id);
UPDATE judgements SET file_split = (SELECT split FROM articles WHERE articles.article_id = judgements.article_id);
