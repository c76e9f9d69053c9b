UPDATE judgements SET anchor = NULL WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
