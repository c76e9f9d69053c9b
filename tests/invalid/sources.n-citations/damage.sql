UPDATE sources SET n_citations = 2 WHERE source_id = 'well.r001';
