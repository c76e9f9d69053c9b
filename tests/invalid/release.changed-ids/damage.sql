-- A source that is listed at the same place as before, as if its number had been taken.
UPDATE sources SET source_id = 'well.r001x' WHERE source_id = 'well.r001';
UPDATE citations SET source_id = 'well.r001x' WHERE source_id = 'well.r001';
UPDATE judgements SET item_id = item_id || 'x' WHERE item_id LIKE '%|well.r001' AND item_kind <> 0;
UPDATE stances SET source_id = 'well.r001x', stance_id = stance_id || 'x' WHERE source_id = 'well.r001';
