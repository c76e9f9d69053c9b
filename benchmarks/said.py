"""What annotators are said to have said of an invented article, and the gold that follows from it.

Each sentence is a claim; each claim is judged by two annotators against one source, and they differ on one pair in
sixteen, which is a tie. In every tenth article two annotators marked the claims, and said what type they are, how much
of them the source carries, which words decided it and who says it; in the others one marked them.
"""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.invented import Article, Place, Sentence, listed_id, named_id, sentence_id, spans

from claimstance.digests import sha256
from claimstance.table import Row, Rows

ANNOTATORS = [f"ann-{nth:02d}" for nth in range(24)]
STANCES = ("SUPPORTS", "REFUTES", "NOT_ENOUGH_INFO", "DISPUTED", "DISCUSSES")
TYPES = ("event_property", "numerical", "quote", "causal", "position")
DEGREES = ("complete", "partial", "none")
WORD = re.compile(r"\w+")
BEGUN = datetime(2026, 2, 1, tzinfo=UTC)  # the first judgement


class Said:
    """The judgements of one article, as they are made."""

    def __init__(self, one: Article, full: bool) -> None:
        """`full` is an article of which more than the least was said."""
        self.one, self.full = one, full
        self.chance = random.Random(-1 - one.number)
        first = one.number % len(ANNOTATORS)
        step = 1 + one.number // len(ANNOTATORS) % (len(ANNOTATORS) - 1)
        self.pair = [ANNOTATORS[first], ANNOTATORS[(first + step) % len(ANNOTATORS)]]
        self.markers = self.pair if full else self.pair[:1]
        self.rows: Rows = []
        for annotator in self.markers:
            self.mark(annotator, "task", item_id=one.article_id)

    def claim(self, sentence: Sentence) -> Row:
        """A gold claim, once its markers have marked it."""
        words, kind = self.one.at(sentence.claim), self.chance.choice(TYPES) if self.full else None
        marks = [self.span(annotator, "Claim", sentence.claim) for annotator in self.markers]
        for annotator, mark in zip(self.markers, marks, strict=True):
            if kind:
                self.mark(annotator, "claim_type", item_id=mark, label=kind)
            if self.full and sentence.who and sentence.cue:
                source = self.span(annotator, "Source", sentence.who)
                self.span(annotator, "Cue", sentence.cue)
                self.mark(annotator, "relation", item_id=f"{mark}>{source}", label="attributed_to")
        start, end = sentence.claim
        return self.one.row(
            claim_id=f"{self.one.article_id}.c{start:06d}-{end:06d}",
            sentence_ids=[sentence_id(self.one, sentence)],
            spans=spans([sentence.claim]),
            text=words,
            normalized_claim=None,
            claim_type=kind,
            verification_worthy=True,
            claim_group=f"g{sha256(' '.join(WORD.findall(words.casefold())))[:16]}",
            n_annotators=len(marks),
            n_marked=len(marks),
            aggregation="unanimous",
            agreement=1.0 if self.full else None,
            judgement_ids=sorted(marks),
        )

    def stance(self, nth: int, sentence: Sentence, claim: Row) -> Row:
        """The gold stance of the source that the sentence names, or else cites, once it was judged."""
        one = self.one
        cited = listed_id(one, sentence.cites)
        named = named_id(one, sentence.who) if self.full and sentence.who else None
        item = f"{claim['claim_id']}|{named or cited}"
        text = None if named else one.held.get(sentence.cites)
        label = self.chance.choices(STANCES, (50, 15, 20, 10, 5))[0]
        differ = (one.number * 20 + nth) % 16 == 0
        other = STANCES[(STANCES.index(label) + 1) % len(STANCES)] if differ else label
        ids = [self.judge(who, "stance", item, what) for who, what in zip(self.pair, (label, other), strict=True)]
        degree = self.chance.choice(DEGREES) if self.full else None
        decisive = [(0, text.index(".") + 1)] if self.full and text else []
        for annotator in self.pair if self.full else ():
            self.judge(annotator, "support_degree", item, str(degree))
            if text and decisive:
                self.judge(annotator, "evidence", item, "Evidence", decisive[0])
        entry = one.entries[sentence.cites - 1]["place"]
        return one.row(
            stance_id=item,
            claim_id=claim["claim_id"],
            source_id=named or cited,
            title=one.title,
            claim=claim["text"],
            source=one.at(sentence.who if named and sentence.who else entry),
            evidence_text=text,
            stance=None if differ else label,
            link="attributed" if named else "cited",
            cues=spans([sentence.cue]) if named and sentence.cue else [],
            cue_text=one.at(sentence.cue) if named and sentence.cue else None,
            via=cited if named else None,
            support_degree=degree,
            evidence=spans(decisive),
            evidence_quote=text[slice(*decisive[0])] if text and decisive else None,
            basis="in_text" if named else "full_text" if text else "title_only",
            soft_label={name: ((name == label) + (name == other)) / 2 for name in STANCES},
            entropy=1.0 if differ else 0.0,
            n_judgements=2,
            agreement=0.0 if differ else 1.0,
            aggregation="tie_unresolved" if differ else "unanimous",
            tie=differ,
            judgement_ids=sorted(ids),
        )

    def span(self, annotator: str, label: str, place: Place) -> str:
        """A mark in the article."""
        words = {"spans": spans([place]), "text": self.one.at(place), "anchor": "same"}
        return self.mark(annotator, "span", label=label, **words)

    def judge(self, annotator: str, kind: str, item: str, label: str, place: Place | None = None) -> str:
        """An answer of round 2."""
        more: Row = {"batch": "pairs", "round": 2, "task": item, "item_id": item, "label": label, "anchor": "same"}
        if place:
            held = self.one.held[int(item.rpartition("r")[2])]
            more |= {"evidence": spans([place]), "evidence_text": held[slice(*place)]}
        return self.mark(annotator, kind, **more)

    def mark(self, annotator: str, kind: str, **more: Any) -> str:
        """A judgement, by default of round 1; its id."""
        judgement_id = f"{self.one.article_id}.j{self.chance.getrandbits(64):016x}"
        round_2 = more.get("round") == 2
        self.rows.append(
            {
                "judgement_id": judgement_id,
                "article_id": self.one.article_id,
                "batch": "spans",
                "task": self.one.article_id,
                "item_kind": kind,
                "item_id": judgement_id,
                "annotator": annotator,
                "annotator_kind": "person",
                "edited_by": None,
                "label": None,
                "spans": [],
                "text": None,
                "evidence": [],
                "evidence_text": None,
                "anchor": None,
                "original": None,
                "created": BEGUN + timedelta(seconds=self.one.number, days=30 * round_2),
                "lead_time": 30.0,
                "guideline_version": "1.0",
                "purpose": "main",
                "round": 1,
                "wave": 1,
                "skipped": False,
                "ground_truth": False,
            }
            | more
        )
        return judgement_id


def agreement(articles: int) -> Iterator[Row]:
    """What a build would say of how alike they judged: they differ on one pair in sixteen, and on nothing else."""
    full = (articles + 9) // 10
    for task, unit, stage, items, value in (
        ("stance", "pair", 2, articles * 20, {"alpha": 0.9104, "raw": 0.9375}),
        ("support_degree", "pair", 2, full * 20, {"alpha": 1.0, "raw": 1.0}),
        ("claim_type", "claim", 1, full * 20, {"alpha": 1.0, "raw": 1.0}),
        ("span", "token", 1, full * 400, {"alpha": 1.0, "raw": 1.0}),
    ):
        for metric, figure in value.items():
            apart = figure < 1
            marked = "Claim" if task == "span" else None
            yield {
                "agreement_id": f"{task}/{unit}/{metric}" + (f"/label={marked}" if marked else ""),
                "task": task,
                "unit": unit,
                "metric": metric,
                "label": marked,
                "other_label": None,
                "batch": None,
                "round": stage,
                "wave": None,
                "annotators": [],
                "value": figure,
                "ci_low": figure - 0.001 if apart else None,
                "ci_high": figure + 0.001 if apart else None,
                "n_items": items,
                "n_annotators": len(ANNOTATORS),
                "n_articles": articles if stage == 2 and task == "stance" else full,
                "guideline_version": "1.0",
                "flag": False,
            }
