UPDATE sources SET title = (SELECT title FROM sources WHERE source_id = 'well.r001') WHERE source_id = 'well.r002';
