"""Every error that this package raises on purpose.

ClaimstanceError
├── UsageError          the command was called wrongly (exit code 2)
└── InputError          something that was given is bad (exit code 1): where, what, what next
    ├── ArticleError    a raw article, a source's text, or a file that holds them
    ├── SchemaError     schemas/ or dataset.yaml
    ├── ConformError    rows that break the schema of their table
    ├── AnnotationError annotations/
    ├── LedgerError     corpus/splits.csv, corpus/withdrawn.csv
    ├── ReleaseError    a release that cannot be made, read, compared or published
    ├── ClusterError    a Dask cluster: not there, gone, or its workers are not as the process that leads
    ├── ServerError     Label Studio: not there, not reachable, or it answered what it should not
    ├── LoadError       a release that training code asks for: not there, not that version, or not as it was released
    ├── PublishError    a release that may not go, or cannot go, where it should
    └── BadInput        several of these, all listed
"""

import errno
from collections.abc import Iterable


class ClaimstanceError(Exception):
    """Anything that this package refuses to do, in words meant for the person who asked."""


class UsageError(ClaimstanceError):
    """The command was called wrongly."""


class InputError(ClaimstanceError):
    """Something that was given is bad. It will say where, what is wrong, and what to do next.

    `where` is a path with an optional place in it ("corpus/articles/2026/x.md:3"), `what` one clause without a
    full stop, `then` one sentence.
    """

    def __init__(self, where: str, what: str, then: str = "") -> None:
        self.where, self.what, self.then = where, what, then
        super().__init__(f"{where}: {what}." + (f" {then}" if then else ""))

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, str]]:
        """What it is made of, so that a process can hand it to another."""
        return type(self), (self.where, self.what, self.then)


class ArticleError(InputError):
    """A raw article, the text of a source, or a file that holds them cannot be taken."""


class SchemaError(InputError):
    """A file that says what the words mean (schemas/, dataset.yaml) is wrong itself."""


class ConformError(InputError):
    """Rows break the schema of their table."""


class AnnotationError(InputError):
    """What annotators said cannot be read, or does not fit the text that it speaks of."""


class LedgerError(InputError):
    """corpus/splits.csv or corpus/withdrawn.csv cannot be trusted."""


class ReleaseError(InputError):
    """A release cannot be made, read, compared or published."""


class ClusterError(InputError):
    """A Dask cluster is not there, went away, or has a worker that is not as the process that leads."""


class ServerError(InputError):
    """Label Studio is not there, cannot be reached, or answered what it should not. It will name no token."""


class LoadError(InputError):
    """What training code asks for is not there, is another version, or is not as it was released.

    It will name no token.
    """


class PublishError(InputError):
    """A release may not go, or cannot go, to the Hub or the place where it should. It will name no token."""


class BadInput(InputError):
    """Several inputs are bad. It will list every one of them, in order of place."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.where, error.what))
        ClaimstanceError.__init__(self, "\n".join(str(error) for error in self.errors))

    def __reduce__(self) -> tuple[type["BadInput"], tuple[list[InputError]]]:  # type: ignore[override]
        """The errors, so that a process can hand them to another."""
        return type(self), (self.errors,)


def is_full(error: BaseException) -> bool:
    """Whether it says that a disk has no room left: nobody's input is wrong then, whatever was read at that moment."""
    return isinstance(error, OSError) and error.errno == errno.ENOSPC
