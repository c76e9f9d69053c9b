UPDATE claims SET article_id = 'pond' WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
