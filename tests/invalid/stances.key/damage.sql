INSERT INTO stances SELECT * FROM stances WHERE stance_id = (SELECT min(stance_id) FROM stances WHERE article_id = 'well');
