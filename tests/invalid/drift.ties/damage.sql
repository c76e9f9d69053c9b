-- Of each article's last pair three people say three things, and one of them decides later.
CREATE TEMP TABLE tied AS SELECT stance_id AS item_id FROM stances WHERE contains(source_id, '.t');
INSERT INTO judgements
SELECT * REPLACE (
  article_id || '.j' || left(sha256(judgement_id), 16) AS judgement_id, 'adjudicated' AS batch, 3 AS purpose, 2 AS wave,
  created + INTERVAL 1 DAY AS created)
FROM judgements WHERE item_kind = 5 AND annotator = 'ada' AND item_id IN (FROM tied);
UPDATE judgements SET label = CASE annotator WHEN 'bo' THEN 'REFUTES' ELSE 'DISCUSSES' END
WHERE item_kind = 5 AND annotator <> 'ada' AND item_id IN (FROM tied);
UPDATE stances SET tie = true, aggregation = 2, agreement = 0, entropy = log2(3),
  soft_label = struct_update(soft_label, "SUPPORTS" := 1 / 3, "REFUTES" := 1 / 3, "DISCUSSES" := 1 / 3),
  judgement_ids = (
    SELECT list(judgement_id ORDER BY judgement_id) FROM judgements WHERE item_kind = 5 AND item_id = stance_id)
WHERE stance_id IN (FROM tied);
-- 12 of 72 answers differ from both others on their pair; of the labels three have 16 and two have 12.
UPDATE agreement SET value = CASE metric WHEN 0 THEN 1 - 71 * 12 / (72 * 72 - 3 * 16 * 16 - 2 * 12 * 12) ELSE 1 - 12 / 72 END
WHERE task = 0 AND metric IN (0, 1) AND label IS NULL AND len(annotators) = 0;
