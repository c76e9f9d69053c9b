UPDATE sentences SET paragraph = -1 WHERE sentence_id = (SELECT min(sentence_id) FROM sentences WHERE article_id = 'well');
