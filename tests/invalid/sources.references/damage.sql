UPDATE sources SET duplicate_of = 'well.r009' WHERE source_id = 'well.r002';
