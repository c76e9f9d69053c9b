INSERT INTO judgements SELECT * FROM judgements WHERE article_id = 'well' AND item_kind = 2 AND annotator = 'ada';
