UPDATE agreement SET value = 1.5 WHERE agreement_id = 'stance/pair/alpha/label=SUPPORTS';
