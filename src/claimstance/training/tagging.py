"""Articles as tokens with tags: which are of a claim, of a source's mention, of a cue; for any fast tokenizer.

The tags are BIO. B opens a span, I goes on with it, also behind a gap: a claim of two pieces is B I … O … I, because
another B would be another claim. Offsets of tokens and of spans count code points of the text, so nothing is matched
by words.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from claimstance.errors import LoadError
from claimstance.spans import Span, overlaps, trim, within
from claimstance.table import Row, Rows
from claimstance.training.views import Data, each, mapped, needs, one_split, read

KINDS = ("CLAIM", "SOURCE", "CUE")
IGNORED = -100  # what torch's cross entropy leaves out
Spans = Mapping[str, Sequence[tuple[str, tuple[Span, ...]]]]  # of each article: kind and pieces


def span_tags(layer: str = "") -> list[str]:
    """It will name the tags by their numbers: of `labels`, or of one layer ("claim", "source", "cue")."""
    kinds = [kind for kind in KINDS if layer.upper() in ("", kind)]
    return ["O", *(f"{part}-{kind}" for kind in kinds for part in "BI")]


def as_spans(
    articles: Data,
    claims: Any,
    sources: Any,
    tokenizer: Any,
    *,
    max_length: int = 512,
    stride: int = 128,
    layers: bool = False,
    origins: Collection[str] = ("annotated",),
) -> Data:
    """It will give windows of at most `max_length` tokens, special ones among them, each sharing `stride` tokens with
    the one before: article_id, window (from 0), input_ids, attention_mask, labels, starts and ends.

    `articles`, `claims` and `sources` are the tables of these names; `tokenizer` is one of transformers, if fast, or of
    tokenizers; it is copied, never changed. `labels` are numbers of `span_tags()`; IGNORED (-100) are special tokens,
    and all that lies outside of what annotators were shown (annotated_extent), where what is unmarked means nothing.
    Articles of which nobody was shown anything, or whose text is not there, are left out. `starts` and `ends` are the
    tokens' offsets in the text, for the way back.

    A token is of a span if they share a code point that is no white space. Of two spans of one kind that overlap, the
    one that begins first is kept, at the same place the longer; the other is left out whole. Where spans of several
    kinds overlap, `labels` has the shortest, and the longer one goes on around it; with `layers` the columns `claim`,
    `source` and `cue` have each kind by itself, with tags of `span_tags("claim")` etc. Sources are those of `origins`;
    what a machine's rule found ("parsed") is not taken for gold. Raises LoadError.
    """
    needs(articles, "as_spans", "article_id", "text", "annotated_extent")
    encoder = _encoder(tokenizer, max_length, stride)
    spans = _spans(claims, sources, origins)
    windows = _Windows(encoder, spans, layers)
    settings = encoder.to_str(), sorted(spans.items())
    return each(articles, lambda own: mapped(own, "spans", windows.of, windows.features, *settings))


@dataclass(frozen=True, slots=True)
class _Windows:
    encoder: Any
    spans: Spans
    layers: bool

    @property
    def features(self) -> dict[str, Any]:
        from datasets import List, Value

        numbers = ("input_ids", "attention_mask", "labels", "starts", "ends")
        more = [kind.lower() for kind in KINDS] if self.layers else []
        return {
            "article_id": Value("string"),
            "window": Value("int32"),
            **{name: List(Value("int64")) for name in (*numbers, *more)},
        }

    def of(self, article: Row) -> Rows:
        """The windows of an article."""
        text, extents = article["text"], _pieces(article["annotated_extent"])
        if not text or not extents:
            return []
        own = [_apart(spans) for spans in _by_kind(self.spans.get(article["article_id"], ()))]
        painted = {"labels": _Paint(text, extents, list(chain.from_iterable(own)))}
        if self.layers:
            painted |= {kind.lower(): _Paint(text, extents, own[nth], nth) for nth, kind in enumerate(KINDS)}
        first = self.encoder.encode(text)
        return [
            {
                "article_id": article["article_id"],
                "window": nth,
                "input_ids": one.ids,
                "attention_mask": one.attention_mask,
                "starts": [start for start, _ in one.offsets],
                "ends": [end for _, end in one.offsets],
                **{name: list(paint.tags(one)) for name, paint in painted.items()},
            }
            for nth, one in enumerate([first, *first.overflowing])
        ]


class _Paint:
    """Whose each code point of a text is: of no span, or of one; the shortest is painted last."""

    def __init__(
        self, text: str, extents: Sequence[Span], spans: Iterable[tuple[str, tuple[Span, ...]]], below: int = 0
    ) -> None:
        self.text, self.extents = text, extents
        self.spans = sorted(spans, key=lambda span: (-sum(end - start for start, end in span[1]), span[1], span[0]))
        self.owner: dict[int, int] = {}
        for nth, (_, pieces) in enumerate(self.spans):
            for start, end in pieces:
                self.owner.update((place, nth) for place in range(start, end) if not text[place].isspace())
        self.first: dict[int, int] = {}
        for place in sorted(self.owner):
            self.first.setdefault(self.owner[place], place)
        self.numbers = [1 + 2 * (KINDS.index(kind) - below) for kind, _ in self.spans]

    def tags(self, encoding: Any) -> Iterator[int]:
        """The number of each token's tag."""
        before: tuple[int, Span] | None = None
        for offsets, special in zip(encoding.offsets, encoding.special_tokens_mask, strict=True):
            span = trim(self.text, offsets)
            span = offsets if span[0] == span[1] else span
            if special or span[0] == span[1] or not within(span, self.extents):
                yield IGNORED
                continue
            owner = next((self.owner[place] for place in range(*span) if place in self.owner), None)
            if owner is None:
                yield 0
                continue
            # Tokens may share a code point, as the bytes of an emoji do: the first of them opens the span.
            opens = span[0] <= self.first[owner] < span[1] and before != (owner, span)
            before = owner, span
            yield self.numbers[owner] + (not opens)


def _encoder(tokenizer: Any, max_length: int, stride: int) -> Any:
    """A tokenizer of our own that cuts windows."""
    own = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if not hasattr(own, "to_str"):
        then = "Use one of tokenizers, or of transformers with is_fast: only these tell where a token stands."
        raise LoadError("as_spans", "the tokenizer is not a fast one", then)
    try:
        copied = type(own).from_str(own.to_str())
    except Exception:  # tokenizers raises plain exceptions, of what was written in Python
        then = "A part of it is written in Python; use one that is not."
        raise LoadError("as_spans", "the tokenizer cannot be copied", then) from None
    special = copied.num_special_tokens_to_add(False)
    if not 0 <= stride < max_length - special:
        what = f"windows of {max_length} tokens, {special} of them special, cannot share {stride}"
        raise LoadError("as_spans", what, "Give a smaller stride or a larger max_length.")
    copied.no_padding()
    copied.enable_truncation(max_length, stride=stride)
    return copied


def _spans(claims: Any, sources: Any, origins: Collection[str]) -> Spans:
    """Kind and pieces of all that is marked, by article. A source may have several mentions and cues, each a span."""
    needs(claims, "as_spans", "article_id", "spans")
    needs(sources, "as_spans", "article_id", "mentions", "cues", "origin")
    allowed = [nth for nth, name in enumerate(one_split(sources).features["origin"].names) if name in origins]
    found: dict[str, set[tuple[str, tuple[Span, ...]]]] = defaultdict(set)
    for row in read(claims, "article_id", "spans"):
        found[row["article_id"]].add(("CLAIM", tuple(_pieces(row["spans"]))))
    for row in read(sources, "article_id", "mentions", "cues", "origin"):
        if row["origin"] in allowed:
            for kind, column in (("SOURCE", "mentions"), ("CUE", "cues")):
                found[row["article_id"]].update((kind, (piece,)) for piece in _pieces(row[column]))
    return {article_id: sorted(spans) for article_id, spans in found.items()}


def _pieces(spans: Iterable[Mapping[str, int]] | None) -> list[Span]:
    return [(span["start"], span["end"]) for span in spans or ()]


def _by_kind(spans: Iterable[tuple[str, tuple[Span, ...]]]) -> list[list[tuple[str, tuple[Span, ...]]]]:
    held = list(spans)
    return [[span for span in held if span[0] == kind] for kind in KINDS]


def _apart(spans: Iterable[tuple[str, tuple[Span, ...]]]) -> list[tuple[str, tuple[Span, ...]]]:
    """Those of one kind that do not overlap: who begins first stays, at the same place who is longer."""
    kept: list[tuple[str, tuple[Span, ...]]] = []
    for span in sorted(spans, key=lambda span: (span[1][0][0], -sum(end - start for start, end in span[1]), span[1])):
        if not any(overlaps(one, other) for _, pieces in kept for one in pieces for other in span[1]):
            kept.append(span)
    return kept
