DELETE FROM stances WHERE source_id = 'bridge-again.r001';
