INSERT INTO sentences SELECT * FROM sentences WHERE sentence_id = (SELECT min(sentence_id) FROM sentences WHERE article_id = 'well');
