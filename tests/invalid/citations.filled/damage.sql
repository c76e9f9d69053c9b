UPDATE citations SET source_id = NULL, citation_status = 1;
