UPDATE articles
SET boilerplate = list_transform(boilerplate, lambda one: CASE
  WHEN one."start" = 325 THEN {'start': one."start", 'end': one."end", 'kind': 4} ELSE one END)
WHERE article_id = 'well';
