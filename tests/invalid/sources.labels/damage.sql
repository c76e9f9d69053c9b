UPDATE sources SET date_flag = 99 WHERE source_id = 'well.r002';
