UPDATE agreement SET value = 0.9 WHERE agreement_id = 'stance/pair/raw';
