UPDATE claims SET judgement_ids = NULL;
