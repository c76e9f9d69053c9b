UPDATE citations SET citation_id = 'well.m000096-2' WHERE citation_id = 'well.m000096-1';
