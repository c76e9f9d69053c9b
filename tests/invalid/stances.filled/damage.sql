-- Nobody said how much of a claim its source supports.
UPDATE stances SET support_degree = NULL;
DELETE FROM judgements WHERE item_kind = 6;
DELETE FROM agreement WHERE task = 1;
