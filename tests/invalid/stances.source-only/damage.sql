-- Everybody judges each claim with each source of its article, and the source's words decide.
UPDATE sources SET evidence_text = evidence_text || ' This is a correction, and our last word on it.' WHERE source_id LIKE '%.r002';
UPDATE sources SET evidence_sha256 = sha256(evidence_text);
UPDATE stances SET evidence_text = (SELECT evidence_text FROM sources WHERE sources.source_id = stances.source_id);

CREATE TEMP TABLE pairs AS
SELECT claim_id || '|' || source_id AS item_id, c.article_id, claim_id, source_id, c.text AS claim, s.raw_text AS source,
  s.evidence_text, coalesce(s.evidence_basis, 3) AS basis,
  CASE WHEN source_id LIKE '%.r002' THEN 'REFUTES' ELSE 'SUPPORTS' END AS label
FROM claims c JOIN sources s USING (article_id)
WHERE item_id NOT IN (SELECT stance_id FROM stances);

CREATE TEMP TABLE said AS
SELECT one.* REPLACE (
  one.article_id || '.j' || left(sha256(p.item_id || annotator), 16) AS judgement_id,
  p.item_id AS item_id, p.item_id AS task, p.label AS label)
FROM judgements one JOIN pairs p USING (article_id)
WHERE item_kind = 5 AND contains(one.item_id, '.t');
INSERT INTO judgements FROM said;

INSERT INTO stances
SELECT one.* REPLACE (
  p.item_id AS stance_id, p.claim_id AS claim_id, p.source_id AS source_id, p.claim AS claim, p.source AS source,
  p.evidence_text AS evidence_text, p.basis AS basis, NULL AS link, [] AS cues, NULL AS cue_text, NULL AS via,
  NULL AS support_degree, list_position(['SUPPORTS', 'REFUTES', 'NOT_ENOUGH_INFO', 'DISPUTED', 'DISCUSSES'], p.label) - 1 AS stance,
  struct_pack(
    "SUPPORTS" := (p.label = 'SUPPORTS')::DOUBLE, "REFUTES" := (p.label = 'REFUTES')::DOUBLE,
    "NOT_ENOUGH_INFO" := (p.label = 'NOT_ENOUGH_INFO')::DOUBLE, "DISPUTED" := 0.0,
    "DISCUSSES" := (p.label = 'DISCUSSES')::DOUBLE) AS soft_label,
  (SELECT list(judgement_id ORDER BY judgement_id) FROM said WHERE said.item_id = p.item_id) AS judgement_ids)
FROM stances one JOIN pairs p USING (article_id)
WHERE contains(one.source_id, '.t');
UPDATE agreement SET n_items = (SELECT count(*) FROM stances) WHERE agreement_id IN (
  SELECT agreement_id FROM agreement WHERE task = 0 AND metric IN (0, 1) AND label IS NULL AND len(annotators) = 0);
