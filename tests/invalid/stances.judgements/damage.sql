DELETE FROM judgements WHERE item_id LIKE '%|well.r001' AND annotator <> 'ada';
UPDATE stances SET n_judgements = 1, agreement = NULL, judgement_ids = (
  SELECT list(judgement_id ORDER BY judgement_id) FROM judgements WHERE list_contains(judgement_ids, judgement_id))
WHERE source_id = 'well.r001';
UPDATE agreement SET n_items = 23 WHERE unit = 0 AND label IS NULL AND len(annotators) = 0;
