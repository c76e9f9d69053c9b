UPDATE claims SET agreement = 1.5 WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
