DELETE FROM judgements WHERE item_id LIKE '%|well.r001' AND annotator <> 'ada';
UPDATE stances SET n_judgements = 1, agreement = NULL, judgement_ids = list_filter(
  judgement_ids, lambda one: one IN (SELECT judgement_id FROM judgements))
WHERE source_id = 'well.r001';
UPDATE agreement SET n_items = 23 WHERE unit = 0 AND label IS NULL AND len(annotators) = 0;
