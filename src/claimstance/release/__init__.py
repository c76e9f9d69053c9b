"""A build into something that people can open and trust."""
