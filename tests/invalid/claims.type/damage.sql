UPDATE claims SET claim_type = 1 WHERE claim_id = 'well.c000032-000095';
