UPDATE stances SET soft_label = struct_update(soft_label, "SUPPORTS" := 0.5, "REFUTES" := 0.5) WHERE source_id = 'well.r001';
