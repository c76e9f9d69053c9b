"""Start Label Studio with this corpus's projects, guideline and accounts; Ctrl-C stops it.

With LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY set, that server gets the projects, and none is started.
"""

import argparse
import os
import signal
from pathlib import Path

from claimstance import dataset
from claimstance.annotation import batches
from claimstance.annotation.studio import local, server
from claimstance.annotation.studio.forms import guideline_version, instruction, kept, read
from claimstance.command import run


def main(arguments: list[str]) -> int:
    """Exit code 0: stopped as asked, or the named server is ready; 1: it cannot be had, said why; 2: called wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--port", type=int, default=0, help="where it listens (default: as last time, or any free one)")
    said = parser.parse_args(arguments)

    plan = batches.read(said.corpus / "annotations" / "batches.yaml")
    if os.environ.get(server.URL) or os.environ.get(server.TOKEN):
        projects(said.corpus, plan, *server.connection(os.environ))
        print(f"Annotators have accounts there: NAME@{batches.DOMAIN}, or any, whose number batches.yaml then gives.")
        return 0
    for order in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, signal.default_int_handler)
    venv = Path(os.environ.get(local.VENV, said.corpus / ".venv-label-studio"))
    try:
        with local.start(venv, said.corpus / ".label-studio", said.port, say=print) as here:
            projects(said.corpus, plan, here.url, here.token)
            people = [one.name for one in plan.annotators.values() if one.kind == "person"]
            print("Log in as, with password:")
            for account, password in local.add_people(here, people).items():
                print(f"  {account}  {password}")
            print(f"Only this machine reaches it. Its data is in {here.folder}. Ctrl-C stops it.", flush=True)
            here.wait()
    except KeyboardInterrupt:
        print("\nStopped. All work is kept; start again to go on.")
    return 0


def projects(root: Path, plan: batches.Plan, url: str, token: str) -> None:
    """Make each project or bring it up to date, and say where it is; adjudication only where a batch is for that."""
    guideline = read(root / "schemas" / "guidelines.md")
    corpus = dataset.read(root / "corpus" / "dataset.yaml").name
    print(f"Label Studio is at {url} with these projects:")
    with server.connect(url, token) as there:
        for name in sorted({"spans", "pairs"} | {one.form for one in plan.batches.values()}, reverse=True):
            title = batches.title(corpus, name, guideline_version(guideline))
            form = kept(root / "schemas", name)
            print(f"  {title}  {url}/projects/{there.project(title, form, instruction(guideline))}/data")


if __name__ == "__main__":
    run(main)
