UPDATE claims SET claim_group = 'g0000000000000000' WHERE claim_id = 'well.c000032-000095';
