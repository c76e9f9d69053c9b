UPDATE claims SET claim_id = 'well.c000032-000096' WHERE claim_id = 'well.c000032-000095';
UPDATE stances SET claim_id = 'well.c000032-000096', stance_id = 'well.c000032-000096|' || source_id
WHERE claim_id = 'well.c000032-000095';
UPDATE judgements SET item_id = replace(item_id, 'c000032-000095', 'c000032-000096') WHERE round = 2 AND item_kind <> 0;
