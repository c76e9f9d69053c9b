UPDATE citations SET marker = '4' WHERE citation_id = 'well.m000096-1';
