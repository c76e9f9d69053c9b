UPDATE articles SET redistributable = false WHERE article_id = 'well';
