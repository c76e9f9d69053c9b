INSERT INTO judgements
SELECT * REPLACE ('well.j0000000000000000' AS judgement_id, created - INTERVAL 1 DAY AS created) FROM judgements
WHERE item_kind = 5 AND item_id LIKE '%|well.r001' AND annotator = 'ada';
