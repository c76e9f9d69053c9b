UPDATE sources SET mention_texts = ['Drill'], raw_text = 'Drill' WHERE source_id = 'well.r002';
UPDATE stances SET source = 'Drill' WHERE source_id = 'well.r002';
