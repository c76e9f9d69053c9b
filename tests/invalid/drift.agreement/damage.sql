UPDATE agreement SET value = 0.7, ci_low = 0.69, ci_high = 0.71 WHERE agreement_id = 'span/token/alpha/label=Claim';
