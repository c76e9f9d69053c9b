UPDATE articles SET annotated_extent = [{'start': 0, 'end': length(text) + 1}] WHERE article_id = 'well';
