UPDATE judgements SET spans = [{'start': 32, 'end': 89}], text = left(text, 57)
WHERE item_kind = 1 AND article_id = 'well' AND spans[1]."start" = 32;
