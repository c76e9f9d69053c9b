-- All three marked the end of a claim as one, too.
INSERT INTO judgements
SELECT * REPLACE (
  article_id || '.j' || left(sha256(judgement_id), 16) AS judgement_id, article_id || '.j' || left(sha256(judgement_id), 16) AS item_id,
  [{'start': 111, 'end': 131}] AS spans, 'went 118 metres down' AS text)
FROM judgements WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 101;
INSERT INTO claims
SELECT * REPLACE (
  'well.c000111-000131' AS claim_id, [{'start': 111, 'end': 131}] AS spans, 'went 118 metres down' AS text, NULL AS claim_type,
  'g' || left(sha256('went 118 metres down'), 16) AS claim_group,
  (SELECT list(judgement_id ORDER BY judgement_id) FROM judgements
   WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 111 AND spans[1]."end" = 131) AS judgement_ids)
FROM claims WHERE claim_id = 'well.c000101-000131';
