DELETE FROM stances WHERE claim_id = (SELECT max(claim_id) FROM claims WHERE article_id = 'bridge-again');
DELETE FROM claims WHERE claim_id = (SELECT max(claim_id) FROM claims WHERE article_id = 'bridge-again');
UPDATE agreement SET n_items = 19 WHERE task = 2 AND label IS NULL AND len(annotators) = 0;
