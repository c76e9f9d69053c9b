UPDATE articles SET text = text || ' e' || chr(769) WHERE article_id = 'well';
UPDATE articles SET text_sha256 = sha256(text);
