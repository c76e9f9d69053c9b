UPDATE citations SET marker_form = 99 WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
