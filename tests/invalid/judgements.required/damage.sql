UPDATE judgements SET ground_truth = NULL WHERE judgement_id = (SELECT min(judgement_id) FROM judgements WHERE article_id = 'well' AND item_kind = 0);
