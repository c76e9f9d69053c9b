INSERT INTO citations
SELECT * REPLACE ('well.m000096-2' AS citation_id, 'well.r009' AS source_id, '9' AS marker) FROM citations
WHERE citation_id = 'well.m000096-1';
