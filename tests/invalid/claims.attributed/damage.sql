-- The speaker of the last claim is taken for that of another one, too.
UPDATE claims SET attributed_to = ['well.t000280'] WHERE claim_id = 'well.c000032-000095';
