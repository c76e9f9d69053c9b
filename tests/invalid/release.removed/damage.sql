DELETE FROM sentences WHERE sentence_id = (SELECT max(sentence_id) FROM sentences WHERE article_id = 'well' AND NOT cited AND sentence_id NOT IN (SELECT unnest(sentence_ids) FROM claims));
