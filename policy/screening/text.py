"""Read a text as people mean it: without case and accents, whatever signs it is written in."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_SIGNS = str.maketrans({"_": " ", "\t": " ", "\n": " ", "\r": " "})
# letters that no decomposition takes apart, then typographic signs
_PLAIN = dict(zip("łøđı’‘´–—‐−", "lodi'''----", strict=True)) | {"æ": "ae", "œ": "oe"}  # noqa: RUF001 - on purpose


def folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text in lower case without accents, and where each of its characters came from.

    The second value maps a place in the folded text to the place in the given one. Full-width and
    other digits become 0 to 9, line ends and underscores become spaces, invisible signs fall out.

    Example:
        >>> folded("Diabète_2")[0]
        'diabete 2'
    """
    if text.isascii():
        return text.lower().translate(_SIGNS), range(len(text))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _plain(character)
        characters.append(plain)
        places.extend([place] * len(plain))
    return "".join(characters), places


@lru_cache(maxsize=4_096)
def _plain(character: str) -> str:
    known = _PLAIN.get(character.lower())
    if known is not None:
        return known
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(filter(None, map(_sign, parts))).translate(_SIGNS)


def _sign(character: str) -> str:
    """Return a character as ASCII where that is the same; nothing for what nobody sees."""
    if unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def alternation(phrases: Iterable[str]) -> str:
    """Return a regular expression for any of some phrases, the longest first, without groups.

    Phrases that begin alike share their beginning, so that a word is compared once and not with
    each phrase. A space stands for one to three spaces, hyphens or slashes; an apostrophe may be
    missing.
    """
    return _expression(sorted({folded(phrase)[0] for phrase in phrases}))


def _expression(tails: Sequence[str]) -> str:
    ends = "" in tails
    branches: dict[str, list[str]] = {}
    for tail in tails:
        if tail:
            branches.setdefault(tail[0], []).append(tail[1:])
    if not branches:
        return ""
    parts = [_SPELLING.get(head, head) + _expression(rest) for head, rest in branches.items()]
    if len(parts) == 1 and not ends:
        return parts[0]
    return f"(?:{'|'.join(parts)}){'?' if ends else ''}"


_SPELLING = {" ": r"[ /-]{1,3}", "'": "'?"}
