"""Send articles, or pairs of claim and source, to Label Studio: the tasks of a batch. Again, it sends what is left."""

import argparse
import os
from pathlib import Path

from tqdm import tqdm

from build import STAGES
from claimstance import dataset
from claimstance.annotation import batches
from claimstance.annotation.studio.forms import guideline_version, instruction, kept, read
from claimstance.annotation.studio.server import connect, connection
from claimstance.command import printable, run
from claimstance.push import Order, named, prepared


def main(arguments: list[str]) -> int:
    """Exit code 0: the server has all tasks of the batch, each once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", required=True, metavar="NAME", help="its folder in annotations/")
    parser.add_argument("--purpose", choices=batches.PURPOSES, help="what a new batch is for")
    parser.add_argument("--kind", choices=batches.KINDS, help="what a new batch asks for (default: spans)")
    ids = "which ones, * is anything, @FILE has an id a line (default: all)"
    parser.add_argument("--articles", nargs="+", default=[], metavar="ID", help=ids)
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--dry-run", action="store_true", help="make and check the tasks; write and send nothing")
    said = parser.parse_args(arguments)

    corpus = dataset.read(said.corpus / "corpus" / "dataset.yaml").name
    order = Order(said.batch, said.purpose, said.kind, named(said.articles))
    if said.dry_run:
        with prepared(said.corpus, order, STAGES, dry=True) as outbox:
            title = batches.title(corpus, outbox.batch.form, outbox.batch.guideline_version)
            who = ", ".join(outbox.annotators)
            print(f"{said.batch}: {outbox.count} tasks for {who} would go to the project {title!r}.{outbox.controls}")
        return 0
    found = connection(os.environ, said.corpus / ".label-studio")
    with connect(*found) as there, prepared(said.corpus, order, STAGES) as outbox:
        batch, schemas = outbox.batch, said.corpus / "schemas"
        title = batches.title(corpus, batch.form, batch.guideline_version)
        guideline = read(schemas / "guidelines.md")
        if guideline_version(guideline) == batch.guideline_version:
            project = there.project(title, kept(schemas, batch.form), instruction(guideline))
        else:  # annotators go on under the guideline that they began with
            project = there.find(title)
        with tqdm(total=outbox.count, unit=" tasks", disable=None, leave=False) as bar:
            pushed = there.push(project, said.batch, outbox.tasks(), bar.update, outbox.ids)
        there.views(project, said.batch, outbox.annotators)
    for task in pushed.worked_twice:
        print(printable(f"{said.batch}: task {task} was answered in two copies; both were kept."))
    where = f"{there.wire.where}/projects/{project}"
    told = f"{pushed.total} tasks on {where}, {pushed.sent} sent now, {pushed.already} were there."
    print(f"{said.batch}: {told}{outbox.controls}")
    return 0


if __name__ == "__main__":
    run(main)
