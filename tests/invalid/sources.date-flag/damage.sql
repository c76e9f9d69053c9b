UPDATE sources SET date_flag = 3 WHERE source_id = 'well.r001';
