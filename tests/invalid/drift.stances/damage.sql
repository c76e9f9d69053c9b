-- Who supported refutes, and the other way round, in every word that was said.
UPDATE stances
SET stance = CASE stance WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE stance END,
    soft_label = struct_update(soft_label, "SUPPORTS" := soft_label."REFUTES", "REFUTES" := soft_label."SUPPORTS");
UPDATE judgements SET label = CASE label WHEN 'SUPPORTS' THEN 'REFUTES' WHEN 'REFUTES' THEN 'SUPPORTS' ELSE label END;
