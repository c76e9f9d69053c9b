INSERT INTO citations FROM citations WHERE citation_id = 'well.m000096-1';
UPDATE sources SET n_citations = 2 WHERE source_id = 'well.r001';
