-- What both get stands behind everything that offsets point at.
UPDATE sources
SET evidence_text = evidence_text || (SELECT string_agg(' ' || chr(97 + (i // 26)::INT) || chr(97 + (i % 26)::INT), '') FROM range(90) t(i))
WHERE source_id IN ('library.r001', 'well.r004');
UPDATE sources SET evidence_sha256 = sha256(evidence_text);
UPDATE stances SET evidence_text = (SELECT evidence_text FROM sources WHERE sources.source_id = stances.source_id);
