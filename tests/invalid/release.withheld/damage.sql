-- Where an article's date was, somebody pasted words of an article that the release does not carry.
UPDATE articles SET published_raw = 'The miller of Oskell put a new stone under the old roof' WHERE article_id = 'library';
