"""What every command does around its work: errors become exit codes and lines that a person can act on."""

import os
import re
import sys
from collections.abc import Callable
from typing import NoReturn

from claimstance.errors import ClaimstanceError, UsageError, is_full

# What is imported only where it is needed, by the extra that brings it.
_VALIDATE = ("duckdb", "great_expectations", "jinja2", "phonenumbers", "py3langid", "sklearn", "stdnum")
_MAKE_ROOM = " Make room and run it again; a build goes on from what it finished."
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def run(main: Callable[[list[str]], int]) -> NoReturn:
    """It will call `main` with the arguments of the command line and exit with what it returns.

    2: called wrongly; 1: bad input, or a file that cannot be read or written, said on standard error; 130: interrupted.
    """
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except UsageError as error:
        code = _say(error, 2)
    except ClaimstanceError as error:
        code = _say(error, 1)
    except (KeyboardInterrupt, BrokenPipeError):
        # Whoever read our output is gone; without this, Python complains once more when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 130
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in _VALIDATE:
            raise
        code = _say(f"{module} is not installed. Say: pip install 'claimstance[validate]'", 2)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error).rstrip(".")
        then = _MAKE_ROOM if is_full(error) else ""
        code = _say(f"{what}.{then}", 1)
    sys.exit(code)


def printable(what: object) -> str:
    """What is said, without control characters, which may be orders to a terminal, and what no terminal can show."""
    return _CONTROL.sub("\ufffd", str(what))


def _say(what: object, code: int) -> int:
    print(printable(what), file=sys.stderr)
    return code
