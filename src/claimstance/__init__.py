"""Make, validate, release and use a corpus of claims, their sources, and the stance of each source."""

__version__ = "0.1.0"
