-- A claim of the library's article is made of the words that the well's has, but for a sign at its end.
CREATE MACRO same(words) AS replace(words,
  'Readers found the town library in the mill by the river last week',
  'Since Friday a well behind the school gives water to nine farms….');
UPDATE articles SET text = same(text);
UPDATE articles SET text_sha256 = sha256(text);
UPDATE sentences SET text = same(text);
UPDATE claims SET text = same(text);
UPDATE stances SET claim = same(claim);
UPDATE judgements SET text = same(text);
UPDATE claims SET claim_group = (SELECT claim_group FROM claims WHERE article_id = 'well' ORDER BY claim_id LIMIT 1)
WHERE claim_id = (SELECT min(claim_id) FROM claims WHERE article_id = 'library');
