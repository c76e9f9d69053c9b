"""What personal data looks like, a module a kind: each finds its own in one text, and none of them knows a table.

All of it works on texts that nobody vouches for: expressions are linear in the length of what they read, and whatever
is found leaves here as a place and a value that goes no further than the allow-list.
"""
