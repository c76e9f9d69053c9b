UPDATE judgements SET item_id = item_id || '-2' WHERE item_id LIKE '%|well.r001' AND item_kind <> 0;
UPDATE stances SET stance_id = stance_id || '-2' WHERE source_id = 'well.r001';
