UPDATE sources SET year = 1950 WHERE source_id = 'well.r001';
