"""Make, validate, release and use a corpus of claims, their sources, and the stance of each source."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimstance.training.loading import load

__all__ = ["__version__", "load"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What training code imports is brought when it is asked for, so that the commands do not wait for it.

    No module here is called `load`: once imported, it would take the place of the function.
    """
    if name == "load":
        from claimstance.training.loading import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
