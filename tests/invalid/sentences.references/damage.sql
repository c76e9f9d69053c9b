UPDATE sentences SET article_id = 'pond' WHERE sentence_id = (SELECT min(sentence_id) FROM sentences WHERE article_id = 'well');
