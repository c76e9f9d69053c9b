UPDATE sources SET mention_texts = ['Drill'] WHERE source_id = 'well.r002';
