UPDATE articles SET annotated_extent = NULL;
