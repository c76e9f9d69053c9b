"""What annotators are said to have said of an invented article, and the gold that follows from it.

Each sentence is a claim that two annotators marked; they judged it against one source, and differ on one pair in
sixteen, which is a tie. In every tenth article they also said what type the claims are, how much of them the source
carries, which words decided it and who says it.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.invented import PER_ARTICLE, Article, Place, Sentence, listed_id, named_id, sentence_id, spans

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

    def __init__(self, one: Article) -> None:
        """Who was asked follows from the number of the article."""
        self.one = one
        self.chance = random.Random(-1 - one.number)
        first = one.number % len(ANNOTATORS)
        step = 1 + one.number // len(ANNOTATORS) % (len(ANNOTATORS) - 1)
        self.pair = [ANNOTATORS[first], ANNOTATORS[(first + step) % len(ANNOTATORS)]]
        self.rows: Rows = []
        for annotator in self.pair:
            self.mark(annotator, "task", item_id=one.article_id)

    def claim(self, sentence: Sentence) -> Row:
        """A gold claim, once its markers have marked it."""
        words, kind = self.one.at(sentence.claim), self.chance.choice(TYPES) if self.one.full else None
        marks = [self.span(annotator, "Claim", sentence.claim) for annotator in self.pair]
        for annotator, mark in zip(self.pair, marks, strict=True):
            if kind:
                self.mark(annotator, "claim_type", item_id=mark, label=kind)
            if self.one.full and sentence.who and sentence.cue:
                source = self.span(annotator, "Source", sentence.who)
                self.span(annotator, "Cue", sentence.cue)
                self.mark(annotator, "relation", item_id=f"{mark}>{source}", label="attributed_to")
        start, end = sentence.claim
        return self.one.row(
            claim_id=f"{self.one.article_id}.c{start:06d}-{end:06d}",
            sentence_ids=[sentence_id(self.one, sentence)],
            attributed_to=[named_id(self.one, sentence.who)] if self.one.full and sentence.who else [],
            spans=spans([sentence.claim]),
            text=words,
            normalized_claim=None,
            claim_type=kind,
            verification_worthy=True,
            claim_group=f"g{sha256(' '.join(WORD.findall(words.casefold())))[:16]}",
            n_annotators=len(marks),
            n_marked=len(marks),
            aggregation="unanimous",
            agreement=1.0,
            judgement_ids=sorted(marks),
        )

    def stance(self, nth: int, sentence: Sentence, claim: Row) -> Row:
        """The gold stance of the source that the sentence names, or else cites, once it was judged."""
        one = self.one
        cited = listed_id(one, sentence.cites)
        named = named_id(one, sentence.who) if self.one.full and sentence.who else None
        item = f"{claim['claim_id']}|{named or cited}"
        text = None if named else one.held.get(sentence.cites)
        label = self.chance.choices(STANCES, (50, 15, 20, 10, 5))[0]
        differ = (one.number * PER_ARTICLE + nth) % 16 == 0
        other = STANCES[(STANCES.index(label) + 1) % len(STANCES)] if differ else label
        for annotator in self.pair:
            self.mark(annotator, "task", **_round_2(item))
        ids = [self.judge(who, "stance", item, what) for who, what in zip(self.pair, (label, other), strict=True)]
        degree = self.chance.choice(DEGREES) if self.one.full else None
        decisive = [(0, text.index(".") + 1)] if self.one.full and text else []
        for annotator in self.pair if self.one.full else ():
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
        more = _round_2(item) | {"label": label, "anchor": "same"}
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


def _round_2(item: str) -> Row:
    return {"batch": "pairs", "round": 2, "task": item, "item_id": item}


class Tally:
    """What all annotators said, counted: alpha and raw agreement follow from it, where each item has two judges."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.labels: dict[str, Counter[str]] = {
            "stance": Counter(),
            "support_degree": Counter(),
            "claim_type": Counter(),
        }
        self.articles: Counter[str] = Counter()
        self.ties = 0

    def add(self, judgements: Rows, stances: Rows) -> None:
        """Count one article."""
        self.ties += sum(row["tie"] for row in stances)
        for task in {row["item_kind"] for row in judgements} & self.labels.keys():
            self.labels[task].update(row["label"] for row in judgements if row["item_kind"] == task)
            self.articles[task] += 1

    def rows(self) -> Iterator[Row]:
        """The figures over all, of the one wave, and of each batch."""
        for task, labels in self.labels.items():
            n, differ = labels.total(), 2 * self.ties if task == "stance" else 0
            chance = n * n - sum(count * count for count in labels.values())
            unit, batch = ("claim", "spans") if task == "claim_type" else ("pair", "pairs")
            for metric, value in (("alpha", 1 - (n - 1) * differ / chance), ("raw", 1 - differ / n)):
                for of, more in (("", {}), ("/wave=1", {"wave": 1}), (f"/batch={batch}", {"wave": 1, "batch": batch})):
                    about = {"task": task, "unit": unit, "metric": metric, "n_items": n // 2, **more}
                    about |= {"agreement_id": f"{task}/{unit}/{metric}{of}", "n_articles": self.articles[task]}
                    yield _figure(value, **about)
        n = self.labels["claim_type"].total() // 2
        about = {"task": "span", "unit": "token", "metric": "alpha", "label": "Claim", "n_items": 20 * n}
        about |= {"agreement_id": "span/token/alpha/label=Claim", "n_articles": self.articles["claim_type"]}
        yield _figure(1.0, **about)


def _figure(value: float, **more: Any) -> Row:
    apart = 0.001 if value < 1 else None
    return {
        "label": None,
        "other_label": None,
        "batch": None,
        "round": 2 if more["unit"] == "pair" else 1,
        "wave": None,
        "annotators": [],
        "value": round(value, 6),
        "ci_low": apart and value - apart,
        "ci_high": apart and value + apart,
        "n_annotators": len(ANNOTATORS),
        "guideline_version": "1.0",
        "flag": False,
        **more,
    }
