UPDATE citations SET file_split = 'train'
WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
