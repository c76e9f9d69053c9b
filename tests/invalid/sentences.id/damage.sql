UPDATE sentences SET sentence_id = 'well.s000301' WHERE sentence_id = 'well.s000300';
