"""A Hugging Face Hub on this machine, for tests: datasets only, and as much of it as a release needs.

It speaks to the real clients (`huggingface_hub`, `hf_xet`, `datasets`): repositories, commits, tags and pull requests,
large files by LFS and by Xet. Where the Hub is strict it is as strict: a branch that moved, a tag that is taken, a
token that may not write, a large file that was never uploaded. Rooms: `server` (requests, faults, what was heard),
`routes` (the table of them), `repositories`, `commits`, `contents` (what they answer), `wire` (requests, answers,
rights), `store` (the folder), `xet` (its formats), `clients` (how the real ones are brought here).

Commits of the same files, in the same order, have the same ids at each run. Faults are in `Hub`'s own words; a way to
fail is one of `faults.py`, or BROKEN. By hand: `python -m hub FOLDER`.
"""

from hub.server import BROKEN, WAYS, Asked, Hub
from hub.wire import READER, STRANGER, WRITER

__all__ = ["BROKEN", "READER", "STRANGER", "WAYS", "WRITER", "Asked", "Hub"]
