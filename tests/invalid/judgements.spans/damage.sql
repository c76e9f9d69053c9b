UPDATE judgements SET evidence_text = 'Our farms' WHERE judgement_id = (SELECT min(judgement_id) FROM judgements WHERE article_id = 'well' AND len(evidence) > 0);
