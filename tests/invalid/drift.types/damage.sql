UPDATE claims SET claim_type = 1 WHERE claim_type = 2;
UPDATE judgements SET label = 'numerical' WHERE label = 'quote';
