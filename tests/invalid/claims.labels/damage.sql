UPDATE claims SET claim_type = 99 WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
