UPDATE judgements SET created = created + INTERVAL 1 HOUR WHERE article_id = 'well' AND label = 'Cue' AND annotator = 'ada';
