UPDATE sources SET n_citations = -1 WHERE source_id = 'well.r002';
