INSERT INTO judgements
SELECT one.* REPLACE (
  printf('well.j%016x', i) AS judgement_id, printf('well.j%016x', i) AS item_id, [{'start': 300 + i, 'end': 301 + i}] AS spans,
  (SELECT substring(text, 301 + i::INTEGER, 1) FROM articles WHERE article_id = 'well') AS text)
FROM judgements one, range(100) t(i)
WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
