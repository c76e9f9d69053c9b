INSERT INTO agreement SELECT * FROM agreement WHERE agreement_id = (SELECT min(agreement_id) FROM agreement WHERE len(annotators) = 2);
