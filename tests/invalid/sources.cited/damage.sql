DELETE FROM citations WHERE source_id = 'well.r001';
UPDATE sources SET n_citations = 0 WHERE source_id = 'well.r001';
UPDATE sentences SET cited = false WHERE sentence_id = 'well.s000032';
UPDATE stances SET link = NULL WHERE source_id = 'well.r001';
