UPDATE stances SET judgement_ids = NULL;
