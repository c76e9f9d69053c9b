UPDATE sentences SET text = upper(text) WHERE sentence_id = (SELECT min(sentence_id) FROM sentences WHERE article_id = 'well');
