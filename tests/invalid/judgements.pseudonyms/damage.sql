UPDATE judgements SET edited_by = 'ole-brink' WHERE judgement_id = (SELECT min(judgement_id) FROM judgements);
