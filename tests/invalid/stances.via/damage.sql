UPDATE stances SET via = NULL WHERE source_id = 'well.t000280';
