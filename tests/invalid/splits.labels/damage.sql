UPDATE judgements SET label = 'SUPPORTS' WHERE file_split = 'test' AND label = 'DISPUTED';
UPDATE stances SET stance = 0, soft_label = struct_update(soft_label, SUPPORTS := 1.0, DISPUTED := NULL)
WHERE file_split = 'test' AND stance = 3;
