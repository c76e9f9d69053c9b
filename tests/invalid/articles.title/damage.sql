UPDATE articles
SET boilerplate = list_transform(boilerplate, lambda one: CASE
  WHEN one.kind = 0 THEN {'start': one."start", 'end': one."end" - 2, 'kind': one.kind} ELSE one END)
WHERE article_id = 'well';
