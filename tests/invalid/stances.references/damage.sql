UPDATE stances SET article_id = 'pond' WHERE source_id = 'well.r001';
