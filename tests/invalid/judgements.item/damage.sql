UPDATE judgements SET item_id = 'well.j0000000000000000'
WHERE judgement_id = (SELECT min(judgement_id) FROM judgements WHERE article_id = 'well' AND item_kind = 3);
