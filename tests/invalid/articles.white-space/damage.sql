UPDATE sentences SET "end" = "end" + 1, text = text || ' ' WHERE sentence_id = 'well.s000032';
