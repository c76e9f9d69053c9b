UPDATE sources SET raw_text = raw_text || '!' WHERE source_id = 'well.r001';
UPDATE stances SET source = source || '!' WHERE source_id = 'well.r001';
