"""Find in a free text what names people: addresses, numbers, and names that are known.

What is written otherwise is not found: `ann at mail dot example`, a number of six digits, a street,
a nickname, a name that nobody told us, a name in a script that leaves no space between words.
Whoever shows such a text looks through it first.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}")
_BETWEEN_DIGITS = r"[\s().\-/\u2010-\u2015\u2212]{0,3}"
DIGITS = re.compile(rf"(?<!\d)\+?[(]?\d(?:{_BETWEEN_DIGITS}\d){{6,}}")
"""What a number may stand in: two of them side by side are one run of digits."""
_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
NO_NUMBER = re.compile(
    rf"{_YEAR}-{_MONTH}-{_DAY}(?:[T ]\d\d:\d\d(?::\d\d)?)?(?!\d|-\d)"
    rf"|{_DAY}[/.]{_MONTH}[/.]{_YEAR}(?!\d|[/.-]\d)"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{24,}",
    re.IGNORECASE,
)
"""A day, a key or a fingerprint: many digits, and no telephone's (`0475-12-34-56` is one's)."""
_GROUP = re.compile(r"\+?[(]?\d+")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 17
NUMBER_OR_NONE = re.compile(rf"(?P<none>{NO_NUMBER.pattern})|{DIGITS.pattern}", re.IGNORECASE)
"""A run of digits in which a number may stand; `none` is what is no number."""
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "\u0131": "i",
        "ħ": "h",
        "ð": "d",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
"""Letters with a stroke are letters of their own to Unicode, and not to whoever types a name."""
_LONGEST_GAP = 3
_MOST_PARTS = 16
"""Of how many words a name is at most: more are a sentence in its field, or an attack."""
_SHORTEST_IN_ANY_CASE = 3
_NO_NAMES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lady", "lord", "rev"),
        *("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le"),
        *("el", "al", "bin", "ibn", "the", "and", "of", "und", "et"),
    }
)
"""Words in the field of a name that name nobody alone."""


def numbers_in(written: str, read: Callable[[str], T | None]) -> Iterator[tuple[int, int, T]]:
    """Yield what telephone numbers stand in a run of digits, each with where it begins and ends.

    Other digits may stand beside them, as a street does below a number. `read` says what a part of
    the run is as a number, None if it is none; the longest part counts.
    """
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(written)]
    lengths = [sum(sign.isdigit() for sign in written[start:end]) for start, end in groups]
    first = 0
    while first < len(groups):
        after = first + 1
        for last in _ends(lengths, first):
            start, end = groups[first][0], groups[last][1]
            if (number := read(written[start:end])) is not None:
                yield start, end, number
                after = last + 1
                break
        first = after


def _ends(lengths: Sequence[int], first: int) -> list[int]:
    """Return with which groups of digits a number may end that begins with one, longest first."""
    found, digits = list[int](), 0
    for at in range(first, len(lengths)):
        digits += lengths[at]
        if digits > _MOST_DIGITS:
            break
        if digits >= _FEWEST_DIGITS:
            found.append(at)
    return found[::-1]


class KnownNames:
    """Finds the names of some people in a text: as a whole, and each part of them alone.

    A whole name is found in any case. A part alone is, unless asked otherwise, only found with a
    capital letter: `Will` is a name, `will` seldom is one. UK GDPR Art. 15(4). Rule: PACK-5.
    """

    def __init__(
        self, names: Iterable[str], own: Iterable[str] = (), *, in_any_case: bool = False
    ) -> None:
        """Take the names that are looked for; parts of `own` ones are nobody else's."""
        self._in_any_case = in_any_case
        self._alone: dict[str, str] = {}
        self._whole: dict[tuple[str, ...], str] = {}
        lengths: dict[str, set[int]] = {}
        spared = {part for name in own for part in _parts(name)}
        for name in names:
            parts = tuple(_parts(name))
            others = [part for part in parts if part not in spared]
            if 1 < len(parts) <= _MOST_PARTS and others:
                self._whole.setdefault(parts, name)
                lengths.setdefault(parts[0], set()).add(len(parts))
            for part in others:
                if len(part) > 1 and part not in _NO_NAMES:
                    self._alone.setdefault(part, name)
        # of thousands who are called John, few names differ in length
        self._lengths = {part: sorted(each, reverse=True) for part, each in lengths.items()}

    def replaced(self, text: str, by: Callable[[str], str]) -> str:
        """Return a text in which something stands for each name; `by` is told whose it was."""
        if not self._alone and not self._whole:
            return text
        words = list(_WORD.finditer(text))
        keys = [_plain(word.group()) for word in words]
        shown, done = [], 0
        for first, last, name in self._found(words, keys):
            shown += [text[done : words[first].start()], by(name)]
            done = words[last].end()
        return "".join([*shown, text[done:]])

    def are_in(self, text: str) -> bool:
        """Say whether one of the names stands in a text."""
        words = list(_WORD.finditer(text))
        return any(True for _ in self._found(words, [_plain(word.group()) for word in words]))

    def _found(
        self, words: Sequence[re.Match[str]], keys: Sequence[str]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield each name in a text: its first and last word, and whose it is."""
        at = 0
        while at < len(words):
            count, name = self._at(words, keys, at)
            if count:
                yield at, at + count - 1, name
            at += max(count, 1)

    def _at(self, words: Sequence[re.Match[str]], keys: Sequence[str], at: int) -> tuple[int, str]:
        """Return of how many words a name is that begins at one, and whose it is; 0: of none."""
        for length in self._lengths.get(keys[at], ()):
            last = at + length - 1
            name = self._whole.get(tuple(keys[at : last + 1]))
            if name is not None and all(
                after.start() - before.end() <= _LONGEST_GAP
                for before, after in zip(words[at:last], words[at + 1 : last + 1], strict=True)
            ):
                return length, name
        alone = self._alone.get(keys[at])
        is_any_case = self._in_any_case and len(keys[at]) >= _SHORTEST_IN_ANY_CASE
        if alone is not None and (is_any_case or not words[at].group()[0].islower()):
            return 1, alone
        return 0, ""


def _parts(name: str) -> list[str]:
    return [_plain(part) for part in _WORD.findall(name)]


def _plain(word: str) -> str:
    """Return a word as it is compared: without case and accents."""
    letters = unicodedata.normalize("NFKD", word).casefold().translate(_PLAIN_LETTERS)
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


NOBODY = KnownNames(())
"""Looks for no name."""
