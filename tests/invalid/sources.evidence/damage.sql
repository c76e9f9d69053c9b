UPDATE sources SET evidence_basis = NULL WHERE source_id = 'well.r001';
UPDATE stances SET basis = 0 WHERE source_id = 'well.r001';
