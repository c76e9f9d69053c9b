UPDATE articles SET text = text || ' ' || chr(8238) WHERE article_id = 'well';
UPDATE articles SET text_sha256 = sha256(text);
