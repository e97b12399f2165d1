"""Find in a free text what names people: addresses, numbers, and names that are known.

What is written otherwise is not found: `ann at mail dot example`, a number of six digits, a street,
a nickname, a name that nobody told us, a name in a script that leaves no space between words.
Whoever shows such a text looks through it first.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}")
_BETWEEN_DIGITS = r"[\s().\-/\u2010-\u2015\u2212]{0,3}"
NUMBER = re.compile(rf"(?<!\d)\+?[(]?\d(?:{_BETWEEN_DIGITS}\d){{6,16}}(?!\d)")
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
_WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_LONGEST_GAP = 3
_SHORTEST_IN_ANY_CASE = 3
_NO_NAMES = frozenset(
    {
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "lady", "lord", "rev"),
        *("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le"),
        *("el", "al", "bin", "ibn", "the", "and", "of", "und", "et"),
    }
)
"""Words in the field of a name that name nobody alone."""


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
        self._whole: dict[str, dict[tuple[str, ...], str]] = {}
        spared = {part for name in own for part in _parts(name)}
        for name in names:
            parts = tuple(_parts(name))
            others = [part for part in parts if part not in spared]
            if len(parts) > 1 and others:
                self._whole.setdefault(parts[0], {}).setdefault(parts, name)
            for part in others:
                if len(part) > 1 and part not in _NO_NAMES:
                    self._alone.setdefault(part, name)

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
        for parts, name in self._whole.get(keys[at], {}).items():
            last = at + len(parts) - 1
            if tuple(keys[at : last + 1]) == parts and all(
                after.start() - before.end() <= _LONGEST_GAP
                for before, after in zip(words[at:last], words[at + 1 : last + 1], strict=True)
            ):
                return len(parts), name
        alone = self._alone.get(keys[at])
        is_any_case = self._in_any_case and len(keys[at]) >= _SHORTEST_IN_ANY_CASE
        if alone is not None and (is_any_case or not words[at].group()[0].islower()):
            return 1, alone
        return 0, ""


def _parts(name: str) -> list[str]:
    return [_plain(part) for part in _WORD.findall(name)]


def _plain(word: str) -> str:
    """Return a word as it is compared: without case and accents."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


NOBODY = KnownNames(())
"""Looks for no name."""
