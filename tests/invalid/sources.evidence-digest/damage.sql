UPDATE sources SET evidence_sha256 = text_sha256 FROM articles WHERE source_id = 'well.r001' AND articles.article_id = 'well';
