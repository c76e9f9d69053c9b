-- All three marked some words of the headline.
INSERT INTO judgements
SELECT * REPLACE (
  article_id || '.j' || left(sha256(judgement_id), 16) AS judgement_id, article_id || '.j' || left(sha256(judgement_id), 16) AS item_id,
  [{'start': 0, 'end': 10}] AS spans, 'A new well' AS text)
FROM judgements WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 101;
INSERT INTO claims
SELECT * REPLACE (
  'well.c000000-000010' AS claim_id, [{'start': 0, 'end': 10}] AS spans, 'A new well' AS text, NULL AS claim_type,
  'g' || left(sha256('a new well'), 16) AS claim_group,
  (SELECT list(judgement_id ORDER BY judgement_id) FROM judgements
   WHERE item_kind = 1 AND label = 'Claim' AND article_id = 'well' AND spans[1]."start" = 0 AND spans[1]."end" = 10) AS judgement_ids, [] AS sentence_ids, false AS verification_worthy)
FROM claims WHERE claim_id = 'well.c000101-000131';
