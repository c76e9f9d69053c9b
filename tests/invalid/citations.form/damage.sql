UPDATE citations SET marker_form = 1 WHERE citation_id = 'well.m000096-1';
