UPDATE sources SET evidence_sha256 = upper(evidence_sha256) WHERE source_id = 'well.r001';
