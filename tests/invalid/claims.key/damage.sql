INSERT INTO claims SELECT * FROM claims WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'well');
