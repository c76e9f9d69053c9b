"""What training code imports: a release, exactly the one that is named, and views of its tables.

`loading` brings a table (`load`), from a folder (`folders`) or from the Hub (`repositories`, the only importer of
huggingface_hub here). Views turn it into what models are trained on, split by split, in memory or as a stream:

as_nli         pairs of premise and hypothesis, labels by the names of FEVER or MNLI; left_out counts what is none,
               contexts gives what the article says around claims whose source has no text of its own
as_spans       tokens with their tags, for any fast tokenizer; span_tags names the tags
soft_labels    how the judges' votes are spread, as a vector; soft_names names its places
by_annotator   one judgement a row, each annotator's own
rows           stances as typed Python objects (StanceRow), labels as enums (Stance)

Names of modules are none of these names, because a module that is imported takes the place of what has its name.
A wing that imports the ground only; datasets, pyarrow and tokenizers are imported when they are used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimstance.training.context import contexts
    from claimstance.training.loading import load
    from claimstance.training.nli import as_nli, left_out
    from claimstance.training.tagging import as_spans, span_tags
    from claimstance.training.typed import Stance, StanceRow, rows
    from claimstance.training.votes import by_annotator, soft_labels, soft_names

__all__ = [
    "Stance",
    "StanceRow",
    "as_nli",
    "as_spans",
    "by_annotator",
    "contexts",
    "left_out",
    "load",
    "rows",
    "soft_labels",
    "soft_names",
    "span_tags",
]
_ROOMS = {
    "context": ("contexts",),
    "loading": ("load",),
    "nli": ("as_nli", "left_out"),
    "typed": ("Stance", "StanceRow", "rows"),
    "tagging": ("as_spans", "span_tags"),
    "votes": ("by_annotator", "soft_labels", "soft_names"),
}


def __getattr__(name: str) -> Any:
    """Each name is brought from its module when it is asked for, so that `load` alone imports next to nothing."""
    for module, names in _ROOMS.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
