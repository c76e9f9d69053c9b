UPDATE judgements SET guideline_version = '1.0' WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
