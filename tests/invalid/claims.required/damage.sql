UPDATE claims SET verification_worthy = NULL WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
