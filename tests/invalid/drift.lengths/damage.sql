-- Each article gets words of its own.
UPDATE articles
SET text = text || chr(10) || (SELECT string_agg(translate(substr(sha256(article_id || i), 1, 5), '0123456789', 'ghijklmnop'), ' ') FROM range(100) t(i));
UPDATE articles SET text_sha256 = sha256(text);
