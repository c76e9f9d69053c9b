UPDATE articles SET text_sha256 = sha256('another text') WHERE article_id = 'well';
