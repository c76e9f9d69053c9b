UPDATE sources SET source_class = NULL;
