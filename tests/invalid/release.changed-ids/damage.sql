UPDATE citations SET citation_id = 'well.first' WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
