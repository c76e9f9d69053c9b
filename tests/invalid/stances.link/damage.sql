UPDATE stances SET link = NULL WHERE source_id = 'well.r001';
