UPDATE citations SET marker_form = NULL WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
