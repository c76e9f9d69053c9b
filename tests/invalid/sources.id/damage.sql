UPDATE sources SET marker = '7' WHERE source_id = 'well.r001';
UPDATE citations SET marker = '7' WHERE source_id = 'well.r001';
