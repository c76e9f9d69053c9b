"""A release onto the Hugging Face Hub: one commit and one tag, read back.

Each attempt begins by looking at what is there, so that it makes no difference where the one before ended: when an
answer is lost, when somebody was faster, when the process was killed.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from claimstance.errors import PublishError, UsageError
from claimstance.release.publishing.hub import TOKEN, Hub, PassingError, token
from claimstance.release.publishing.plan import Plan, Settings, difference, look
from claimstance.release.publishing.sealed import Sealed

WAITS = (1, 2, 4, 8)  # seconds before an attempt is made again


@dataclass(frozen=True, slots=True)
class Wish:
    """How a release is to be published. `gated` is how the Hub lets readers in: by itself, or one by one by hand."""

    private: bool = False
    gated: Literal["auto", "manual"] | None = None
    propose: bool = False

    def __post_init__(self) -> None:
        """It will refuse what cannot be had together. Raises UsageError."""
        if self.propose and (self.private or self.gated):
            raise UsageError("A pull request changes no settings: leave out --private and --gated.")


@dataclass(frozen=True, slots=True)
class Published:
    """A release that is there, or is proposed there by a pull request, as read back."""

    repo: str
    release: Sealed
    oid: str
    pull: int | None = None
    already: bool = False

    def told(self) -> str:
        """It will say what is where now, and how it is loaded."""
        own, count = self.release, len(self.release.files)
        if self.pull:
            return (
                f"{own.name} {own.version} is proposed to {self.repo} by pull request {self.pull}: {count} files, each"
                f" verified. When it is merged, run this again: it sets the tag {own.tag}."
            )
        was = "was there already" if self.already else "is published"
        return (
            f"{own.name} {own.version} {was}: {self.repo}, tag {own.tag}, commit {self.oid[:12]}, {count} files, each"
            f' verified.\nload_dataset("{self.repo}", "stances", revision="{own.tag}")'
        )


def publish(release: Sealed, repo: str, environ: Mapping[str, str], wish: Wish = Wish()) -> Published:
    """It will bring the release to the repository `repo` ("org/name"), which is made if it is not there.

    Where it is there already, it will say so and change nothing. Raises PublishError where it must not or cannot go
    there, UsageError without a token. To call it again is right after any failure.
    """
    there = Hub(repo, token(environ))
    for nth, wait in enumerate((*WAITS, None)):
        try:
            done = _attempt(there, release, wish)
            return replace(done, already=done.already and not nth)  # an answer may be lost of what was done just now
        except PassingError as error:
            if wait is None:
                raise PublishError(repo, str(error), "Run this again: it goes on from what is there.") from None
            time.sleep(wait)
    raise AssertionError


def preview(release: Sealed, repo: str, environ: Mapping[str, str], wish: Wish = Wish()) -> str:
    """It will say what `publish` would do now, having sent nothing that writes. A public repository needs no token."""
    try:
        plan = look(Hub(repo, token(environ) if environ.get(TOKEN) else None), release, propose=wish.propose)
    except PassingError as error:
        raise PublishError(repo, str(error), "Run this again.") from None
    if plan.settings:
        _see(repo, plan.settings, wish)
    return "\n".join(_lines(plan, wish))


def _attempt(there: Hub, release: Sealed, wish: Wish) -> Published:
    plan = look(there, release, propose=wish.propose)
    if plan.settings is None:
        if wish.propose:
            raise PublishError(there.name, "it is not there, or not for you to see", "Publish without a pull request.")
        there.create(private=wish.private)
        plan = look(there, release)
        if plan.settings is None:
            raise PassingError("the repository was made and cannot be seen yet")
    _see(there.name, plan.settings, wish)
    if wish.gated and plan.settings.gated != wish.gated:
        there.gate(wish.gated)
    if plan.tagged and plan.at:
        return Published(there.name, release, plan.at, already=True)
    if wish.propose and not plan.at:
        pull = plan.pull or there.commit(plan, propose=True)[1]
        _verified(there, release, f"refs/pr/{pull}")
        return Published(there.name, release, "", pull)
    oid = plan.at or there.commit(plan)[0]
    _verified(there, release, oid)
    there.tag(release.tag, oid)
    if there.tags().get(release.tag) != oid:
        raise PassingError(f"the tag {release.tag} is not where it was set")
    return Published(there.name, release, oid)


def _see(repo: str, settings: Settings, wish: Wish) -> None:
    """Raise PublishError where everybody could read what is meant for some."""
    if wish.private and not settings.private:
        what = "it is public, and --private is wanted"
        raise PublishError(repo, what, "Make it private in its settings on the Hub, or leave out --private.")


def _verified(there: Hub, release: Sealed, revision: str) -> None:
    """Read back what was committed. Raises PublishError for anything that is not as it should be."""
    if wrong := sorted(path for paths in difference(there.tree(revision), release) for path in paths):
        what = f"{revision} does not hold what was sent: {', '.join(wrong[:5])}"
        raise PublishError(there.name, what, "It got no tag. Run this again.")


def _lines(plan: Plan, wish: Wish) -> Iterator[str]:
    """What a person reads of a plan."""
    own = plan.release
    if plan.tagged:
        yield f"{plan.repo} has {own.name} {own.version} already: tag {own.tag}. Nothing would be done."
    elif plan.at:
        yield f"{plan.repo} has the files of {own.name} {own.version} already: {plan.at[:12]} would get tag {own.tag}."
    elif plan.pull:
        yield f"{plan.repo} has pull request {plan.pull} for {own.name} {own.version} already. Nothing would be done."
    else:
        if plan.settings is None:
            yield f"{plan.repo} is not there, or not for you to see; it would be made{wish.private * ', private'}."
        how = "one pull request" if wish.propose else f"one commit and the tag {own.tag}"
        yield f"{own.name} {own.version} would go to {plan.repo} by {how}:"
        verbs = ("add   ", "change", "delete")
        yield from (f"  {verb} {path}" for verb, paths in zip(verbs, plan.difference, strict=True) for path in paths)
    if plan.settings and wish.gated and plan.settings.gated != wish.gated:
        yield f"It would be gated: {wish.gated}."
    yield "Nothing was sent."
