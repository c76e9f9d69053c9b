UPDATE stances SET support_degree = 2 WHERE source_id = 'well.r001';
