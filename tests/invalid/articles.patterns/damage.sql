UPDATE articles SET text_sha256 = upper(text_sha256) WHERE article_id = 'well';
