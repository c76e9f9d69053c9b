UPDATE stances SET stance = 1 WHERE source_id = 'well.r001';
