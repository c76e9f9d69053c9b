INSERT INTO citations
SELECT * REPLACE (
  'well.m000096-2' AS citation_id, 'well.s000300' AS sentence_id, NULL AS source_id, '9' AS marker, 1 AS citation_status)
FROM citations WHERE citation_id = 'well.m000096-1';
UPDATE sentences SET cited = true WHERE sentence_id = 'well.s000300';
