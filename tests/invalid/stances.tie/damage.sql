UPDATE stances SET tie = true WHERE source_id = 'well.r001';
