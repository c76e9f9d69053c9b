UPDATE stances SET judgement_ids = judgement_ids[2:] WHERE source_id = 'well.r001';
