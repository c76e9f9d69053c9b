UPDATE stances SET agreement = 1.5 WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
