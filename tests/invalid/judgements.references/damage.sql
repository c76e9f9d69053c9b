UPDATE judgements SET article_id = 'pond' WHERE task LIKE '%|well.r001';
