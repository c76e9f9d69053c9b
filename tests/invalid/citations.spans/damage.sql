UPDATE citations SET "start" = "start" + 1, "end" = "end" + 1 WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
