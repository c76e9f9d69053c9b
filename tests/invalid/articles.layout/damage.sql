UPDATE articles
SET paragraphs = list_transform(paragraphs, lambda one: {'start': CASE one."start" WHEN 32 THEN 30 ELSE one."start" END, 'end': one."end"})
WHERE article_id = 'well';
