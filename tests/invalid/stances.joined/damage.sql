UPDATE stances SET title = 'A well' WHERE source_id = 'well.r001';
