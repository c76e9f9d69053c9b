UPDATE agreement SET agreement_id = 'stance/pair/kappa' WHERE agreement_id = 'stance/pair/alpha/label=SUPPORTS';
