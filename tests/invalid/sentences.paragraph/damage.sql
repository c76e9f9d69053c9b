UPDATE sentences SET paragraph = 0 WHERE sentence_id = 'well.s000300';
