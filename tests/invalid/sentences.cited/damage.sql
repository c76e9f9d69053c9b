UPDATE sentences SET cited = true WHERE sentence_id = 'well.s000300';
