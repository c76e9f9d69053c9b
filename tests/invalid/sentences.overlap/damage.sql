INSERT INTO sentences
SELECT * REPLACE ('well.s000305' AS sentence_id, 305 AS "start", 'drank too.' AS text) FROM sentences WHERE sentence_id = 'well.s000300';
