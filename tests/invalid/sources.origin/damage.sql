UPDATE sources SET origin = 0 WHERE source_id = 'well.t000280';
