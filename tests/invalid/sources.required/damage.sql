UPDATE sources SET date_flag = NULL WHERE source_id = 'well.r002';
