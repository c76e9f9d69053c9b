UPDATE agreement SET value = -0.2, ci_low = -0.3, ci_high = -0.1 WHERE agreement_id = 'stance/pair/alpha/label=REFUTES';
