"""Several processes share the tests out, so all must find the same: no test is named after the clock or a hash."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COLLECT = """
import sys, time, pytest
time.time = lambda: float(sys.argv[1])
sys.exit(pytest.main(["--collect-only", "-q", "-o", "addopts=", "-p", "no:cacheprovider", sys.argv[2]]))
"""


def test_every_process_finds_the_same_tests() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", COLLECT, second, str(HERE)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parent,
            env={**os.environ, "PYTHONHASHSEED": second},
        )
        for second in ("1", "2")
    ]

    outputs = [process.communicate()[0] for process in processes]

    one, other = ([line for line in output.splitlines() if "::" in line] for output in outputs)
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert one and one == other
