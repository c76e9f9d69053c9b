-- Nobody drew an arrow from a claim to who says it.
DELETE FROM judgements WHERE item_kind = 2;
UPDATE stances SET link = NULL, cues = [], cue_text = NULL, via = NULL WHERE link = 1;
UPDATE claims SET attributed_to = [];
