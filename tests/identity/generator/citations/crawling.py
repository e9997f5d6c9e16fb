"""What a machine makes of a title it reads off a page: words run together, names before, the end cut, a note; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

_NOTES = (
    " (demo)",
    " (extended abstract)",
    " (short paper)",
    " [PDF]",
    ", preprint",
    " - draft version",
    " (invited talk)",
)
_TRAILS = (", in Proc.", ". Submitted for publication", ", to appear", ", University", ", Tech")


def crawl(title: str, authors: Sequence[str], slips: Callable[[str], bool], rng: Random) -> str:
    """Give a title with the slips of reading by machine, each by its chance."""
    if slips("glued"):
        title = _glue(title, rng)
    if slips("broken"):
        title = _break(title, rng)
    if slips("people-in-title") and len(authors) > 1:
        surnames = [name.split()[-1] for name in authors]
        title = (
            f"{surnames[-1]} {rng.choice('ABCDJM')}. {title}" if rng.random() < 0.6 else f"{surnames[0]} and {title}"
        )
    if slips("note"):
        title += rng.choice(_NOTES)
    elif slips("trail"):
        title += rng.choice(_TRAILS)
    return title


def _glue(title: str, rng: Random) -> str:
    """Take a few of the blanks away, as where lines were joined."""
    words = title.split()
    if len(words) < 4:
        return title
    at = rng.randrange(1, len(words) - 2)
    count = rng.choice((2, 2, 3, len(words) - at))
    return " ".join((*words[:at], "".join(words[at : at + count]), *words[at + count :]))


def _break(title: str, rng: Random) -> str:
    """Put a blank into a long word, as where it was parted at the end of a line."""
    words = title.split()
    long = [at for at, word in enumerate(words) if len(word) > 7 and word.isalpha()]
    if not long:
        return title
    at = rng.choice(long)
    cut = rng.randint(3, len(words[at]) - 3)
    words[at] = f"{words[at][:cut]}{rng.choice((' ', '- ', ' '))}{words[at][cut:]}"
    return " ".join(words)
