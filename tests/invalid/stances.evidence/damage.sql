UPDATE stances SET evidence = [{'start': evidence[1]."start" + 5, 'end': evidence[1]."end"}], evidence_quote = substring(evidence_quote, 6)
WHERE source_id = 'well.r001';
