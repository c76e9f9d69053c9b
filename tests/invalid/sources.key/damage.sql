INSERT INTO sources SELECT * FROM sources WHERE source_id = 'well.r002';
