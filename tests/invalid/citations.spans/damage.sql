UPDATE citations SET marker_text = '[8]' WHERE citation_id = 'well.m000096-1';
