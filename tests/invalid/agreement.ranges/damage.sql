UPDATE agreement SET n_articles = 0 WHERE agreement_id = (SELECT min(agreement_id) FROM agreement WHERE len(annotators) = 2);
