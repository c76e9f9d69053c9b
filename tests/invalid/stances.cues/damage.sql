UPDATE stances SET cues = [], cue_text = NULL WHERE source_id = 'well.t000280';
