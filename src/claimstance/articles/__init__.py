"""One raw article to its tables: each module is one step, each step works on one article at a time."""
