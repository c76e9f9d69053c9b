UPDATE sentences SET verification_worthy = NULL WHERE sentence_id = (SELECT min(sentence_id) FROM sentences WHERE article_id = 'well');
