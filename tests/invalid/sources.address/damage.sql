UPDATE sources SET url = 'farmers.example/pump' WHERE source_id = 'well.r001';
