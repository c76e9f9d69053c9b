UPDATE agreement SET flag = NULL WHERE agreement_id = (SELECT min(agreement_id) FROM agreement WHERE len(annotators) = 2);
