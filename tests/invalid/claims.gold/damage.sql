UPDATE claims SET aggregation = 1 WHERE claim_id = 'well.c000032-000095';
