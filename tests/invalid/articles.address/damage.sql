UPDATE articles SET url = 'https:///well' WHERE article_id = 'well';
