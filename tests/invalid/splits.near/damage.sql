-- What both get stands behind everything that offsets point at.
UPDATE articles
SET text = text || chr(10) || (SELECT string_agg(chr(97 + (i // 26)::INT) || chr(97 + (i % 26)::INT), ' ') FROM range(600) t(i))
WHERE article_id IN ('library', 'bridge');
UPDATE articles SET text_sha256 = sha256(text);
