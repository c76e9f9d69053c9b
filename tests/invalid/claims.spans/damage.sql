UPDATE claims SET text = upper(text) WHERE claim_id = 'well.c000032-000095';
UPDATE stances SET claim = upper(claim) WHERE claim_id = 'well.c000032-000095';
