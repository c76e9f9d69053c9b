"""Raw articles and annotations in, a dataset out. The page to read first: its stages, in order."""

import argparse
from pathlib import Path

from claimstance.annotation.agreement.ballots import ballots
from claimstance.annotation.agreement.figures import agreement
from claimstance.annotation.judgements import judgements
from claimstance.annotation.marks import marks
from claimstance.annotation.sources import sources
from claimstance.annotation.tables import claims, stances
from claimstance.articles.tables import articles, citations, markers, mentions, references, sentences
from claimstance.build import build
from claimstance.cluster import engine
from claimstance.command import run
from claimstance.crew import cores, workers
from claimstance.release.cards.documents import checked, summary

# Each stage makes the table it is named for from those that its parameters name. It begins with
# raw (corpus/articles), tasks (annotations/) and evidence (corpus/sources); weighed is empty unless dataset.yaml wants
# votes on stances weighed, and in_text is the share of pairs that it wants of sources without a text.
STAGES = (
    articles,  # title, paragraphs, boilerplate
    references,  # the entries of source lists
    markers,
    sentences,
    citations,  # what the markers resolve to
    mentions,  # sources named in the text: candidates
    judgements,  # one row an annotator and item
    marks,  # round 1: spans that annotators agree on
    sources,
    claims,
    stances,  # round 2: claim and source, joined for training
    ballots,  # who said what of which item, as far as two did
    agreement,  # of the whole corpus: made once, from the ballots of all articles
)


def main(arguments: list[str]) -> int:
    """Build the corpus and say what was made, or only see whether it can be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path(), metavar="DIR", help="the corpus (default: this folder)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the tables go (default: build in the corpus)")
    parser.add_argument("--check", action="store_true", help="make everything and write no build: is the corpus sound?")
    kept = "what was made of each part stays beside the build, for the next one to take (11 kB an article)"
    parser.add_argument("--keep-shards", dest="keep", action="store_true", help=kept)
    parser.add_argument("--workers", type=workers, default=cores(), metavar="N", help="processes (default: all cores)")
    cluster = "a Dask scheduler, whose workers share the work instead (default: local)"
    parser.add_argument("--engine", type=engine, default="local", metavar="dask://HOST:PORT", help=cluster)
    share = "a store (s3://…) for workers of --engine that do not see the corpus"
    parser.add_argument("--share", default="", metavar="URL", help=share)
    said = parser.parse_args(arguments)
    if said.share and not said.engine:
        parser.error("--share is for the workers of an --engine")
    out = said.out or said.corpus / "build"
    who = {"workers": said.workers, "engine": said.engine, "share": said.share}
    report = build(said.corpus, out, STAGES, check=said.check, keep=said.keep, **who)
    print(checked(report) if said.check else summary(report))
    return 0


if __name__ == "__main__":
    run(main)
