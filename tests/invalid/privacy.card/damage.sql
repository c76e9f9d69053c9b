UPDATE articles SET author = 'Ole Brink 4539 5787 6362 1486' WHERE article_id = 'well';
