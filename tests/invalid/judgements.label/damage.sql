UPDATE judgements SET label = 'Cues' WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
