UPDATE stances SET basis = 99 WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
