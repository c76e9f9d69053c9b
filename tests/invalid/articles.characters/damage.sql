UPDATE articles SET text = text || ' ' || chr(65533) WHERE article_id = 'well';
UPDATE articles SET text_sha256 = sha256(text);
