UPDATE judgements SET judgement_id = left(judgement_id, 12) WHERE article_id = 'well' AND item_kind = 2 AND annotator = 'ada';
