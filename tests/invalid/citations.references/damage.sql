UPDATE citations SET source_id = 'well.r009' WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
