-- All three marked a marker as a claim.
INSERT INTO judgements
SELECT * REPLACE (
  article_id || '.j' || left(sha256(judgement_id), 16) AS judgement_id, article_id || '.j' || left(sha256(judgement_id), 16) AS item_id,
  [{'start': 132, 'end': 135}] AS spans, '[2]' AS text)
FROM judgements WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 101;
INSERT INTO claims
SELECT * REPLACE (
  'well.c000132-000135' AS claim_id, [{'start': 132, 'end': 135}] AS spans, '[2]' AS text, NULL AS claim_type,
  'g' || left(sha256('2'), 16) AS claim_group,
  (SELECT list(judgement_id ORDER BY judgement_id) FROM judgements
   WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 132 AND spans[1]."end" = 135) AS judgement_ids)
FROM claims WHERE claim_id = 'well.c000101-000131';
