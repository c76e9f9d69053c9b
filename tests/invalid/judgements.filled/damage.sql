UPDATE judgements SET created = NULL;
