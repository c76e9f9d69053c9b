UPDATE stances SET aggregation = 5 WHERE aggregation IN (0, 1);
UPDATE stances SET stance = 1 WHERE source_id = 'well.r001';
