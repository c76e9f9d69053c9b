UPDATE agreement SET unit = 99 WHERE agreement_id = (SELECT min(agreement_id) FROM agreement WHERE len(annotators) = 2);
