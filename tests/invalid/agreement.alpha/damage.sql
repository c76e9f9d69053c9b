UPDATE agreement SET value = 0.5 WHERE agreement_id = 'span/token/alpha/label=Claim';
