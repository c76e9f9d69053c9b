"""`python -m hub FOLDER [PORT]` will run a Hub until it is killed, and say where."""

import sys
from pathlib import Path

from hub import WRITER, Hub

running = Hub(Path(sys.argv[1]))
running.start(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
print(f"HF_ENDPOINT={running.url} HF_TOKEN={WRITER}", flush=True)
