UPDATE stances SET evidence_quote = 'Our farms' WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
