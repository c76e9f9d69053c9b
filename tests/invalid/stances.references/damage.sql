UPDATE stances SET via = 'well.r009' WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
