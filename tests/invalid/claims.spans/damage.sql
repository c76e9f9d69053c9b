UPDATE claims SET spans = [{'start': spans[1]."start" + 1, 'end': spans[1]."end" + 1}] WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
