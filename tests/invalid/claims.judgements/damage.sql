-- Only Ada worked on the reprint in round 1.
DELETE FROM judgements WHERE article_id = 'bridge-again' AND round = 1 AND annotator <> 'ada';
UPDATE claims SET n_annotators = 1, n_marked = 1, agreement = NULL, judgement_ids = list_filter(
  judgement_ids, lambda one: one IN (SELECT judgement_id FROM judgements))
WHERE article_id = 'bridge-again';
UPDATE agreement SET n_articles = 3, n_items = 15 WHERE task = 2 AND label IS NULL AND len(annotators) = 0;
