INSERT INTO citations SELECT * FROM citations WHERE citation_id = (SELECT min(citation_id) FROM citations WHERE article_id = 'well');
