INSERT INTO judgements
SELECT * REPLACE ('well.j0000000000000000' AS judgement_id, 'well.j0000000000000000' AS item_id) FROM judgements
WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
