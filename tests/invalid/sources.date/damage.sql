UPDATE sources SET year = 2030, date_flag = 2 WHERE source_id = 'well.r001';
