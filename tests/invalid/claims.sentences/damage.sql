UPDATE claims SET sentence_ids = ['well.s000032', 'well.s000101'] WHERE claim_id = 'well.c000032-000095';
