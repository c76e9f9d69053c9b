UPDATE sources SET duplicate_of = 'well.r001', title = (SELECT title FROM sources WHERE source_id = 'well.r001')
WHERE source_id = 'well.r002';
UPDATE citations SET citation_status = 2 WHERE source_id = 'well.r002';
