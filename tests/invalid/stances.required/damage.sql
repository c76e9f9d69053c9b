UPDATE stances SET basis = NULL WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
