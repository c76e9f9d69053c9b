"""Texts that may not be passed on: left out of a release (`standoff`), put back by whoever has them (`restored`)."""
