-- Only Ada worked on the reprint in round 1.
DELETE FROM judgements WHERE article_id = 'bridge-again' AND round = 1 AND annotator <> 'ada';
UPDATE claims SET n_annotators = 1, n_marked = 1, agreement = NULL, judgement_ids = (
  SELECT list(judgement_id ORDER BY judgement_id) FROM judgements WHERE list_contains(judgement_ids, judgement_id))
WHERE article_id = 'bridge-again';
UPDATE agreement SET n_articles = 3, n_items = 15 WHERE task = 2 AND label IS NULL AND len(annotators) = 0;
