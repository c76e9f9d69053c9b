UPDATE articles SET language = 'en-GB';
