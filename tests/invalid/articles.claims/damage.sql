-- Nobody marked a claim in the reprint, so no pair of it was judged.
DELETE FROM stances WHERE article_id = 'bridge-again';
DELETE FROM claims WHERE article_id = 'bridge-again';
DELETE FROM judgements
WHERE article_id = 'bridge-again' AND (round = 2 OR item_kind IN (2, 3, 4) OR item_kind = 1 AND label = 'Claim');
UPDATE agreement SET n_articles = 3, n_items = CASE unit WHEN 0 THEN 18 ELSE 15 END
WHERE task <> 3 AND label IS NULL AND len(annotators) = 0;
