"""Find sensitive content in what people wrote, and mask it. Rules: SCR-1 to SCR-9.

The agency has no use for what a lead tells of health, faith or bank details, and no condition of
UK GDPR Art. 9 or 10 to keep it. A small list finds the plain cases, in two ways: a question that
asks for such content (its whole answer is masked), and words and numbers in any answer (they are
masked where they stand). What came is held apart for 30 days and then deleted, and never read into
a lead again (SCR-9). What screening cannot see stands in `docs/rules.md`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policy.screening.numbers import HAS_A_NUMBER, NUMBERS
from policy.screening.terms import (
    ASKING,
    IDENTITIES,
    NATIONAL_ID_TYPES,
    SELF,
    TERMS,
    SensitiveCategory,
)
from policy.screening.text import alternation, folded
from policy.vocabulary import NoticeQuestion


class Hit(NamedTuple):
    """Something sensitive in an answer: what kind, in which field, from where to where.

    `start` and `end` count characters of the answer. It never holds the answer itself.
    """

    category: SensitiveCategory
    field: str
    start: int
    end: int


def _by_phrase(lists: Mapping[SensitiveCategory, str]) -> dict[str, SensitiveCategory]:
    """Return the category of each phrase, by the phrase as `_words_of` returns it."""
    return {
        _words_of(folded(phrase)[0]): category
        for category, phrases in lists.items()
        for phrase in phrases.split(", ")
    }


def _words_of(phrase: str) -> str:
    return " ".join(re.split(r"[ /-]+", phrase.replace("'", "")))


def _phrases(lists: Mapping[SensitiveCategory, str]) -> str:
    return alternation(phrase for text in lists.values() for phrase in text.split(", "))


_END = r"(?:'?s)?(?!\w)"
_SAID_OF_ONESELF = rf"(?:{alternation(SELF.split(', '))})[ ,]{{1,3}}(?:(?:an?|eine?|une?) )?"
_ASKED_FOR = re.compile(rf"\b({_phrases(ASKING)}){_END}")
_TERM = re.compile(rf"\b({_phrases(TERMS)}){_END}")
_IDENTITY = re.compile(rf"\b{_SAID_OF_ONESELF}({_phrases(IDENTITIES)}){_END}")
# without groups, as marking where they begin would make each word of a text dear
_IS_SUSPECT = re.compile(
    rf"\b(?:(?:{_phrases(TERMS)}){_END}|{_SAID_OF_ONESELF}(?:{_phrases(IDENTITIES)}){_END})"
)
_CATEGORY_OF_ASKING = _by_phrase(ASKING)
_CATEGORY_OF_TERM = _by_phrase(TERMS)
_CATEGORY_OF_IDENTITY = _by_phrase(IDENTITIES)
_MASKS = frozenset(f"[masked: {category.value}]" for category in SensitiveCategory)


@dataclass(frozen=True, slots=True)
class QuestionScreen:
    """One question, looked at once for all of its answers.

    `asks_for` is what kind of sensitive content the question itself asks for, if any.
    """

    key: str
    asks_for: SensitiveCategory | None
    options: frozenset[str]

    @classmethod
    def of(cls, question: NoticeQuestion) -> "QuestionScreen":
        """Return how the answers to a question are screened. Rules: SCR-1, SCR-2.

        A question asks for sensitive content if the vendor's type is a national id (SCR-1), or if
        its key or its wording says so (SCR-2). Where only the key is known, that decides.
        """
        return cls(question.key, _asks_for(question), frozenset(question.options))

    def hits(self, answer: str) -> tuple[Hit, ...]:
        """Return what is sensitive in one answer, in order, without overlaps.

        A sensitive question masks its whole answer, "no" and "none" too: they tell as much
        (SCR-2). Numbers are found by shape and check digit (SCR-3), words by the list (SCR-4), and
        what people say that they are by "I am …" (SCR-5). An option that the form offers is masked
        whole if it is sensitive itself (SCR-6). An answer that is masked already is left (SCR-7).

        UK GDPR Art. 5(1)(c), 9(1), 10.
        """
        if not answer or answer.isspace() or answer in _MASKS:
            return ()
        if self.asks_for is not None:
            return (Hit(self.asks_for, self.key, 0, len(answer)),)
        text, places = folded(answer)
        has_number = HAS_A_NUMBER.search(text) is not None
        if not has_number and _IS_SUSPECT.search(text) is None:
            return ()
        found = sorted(_found(text), key=lambda each: each[1])
        if found and answer in self.options:
            return (Hit(found[0][0], self.key, 0, len(answer)),)
        return tuple(_apart(found, self.key, places, len(answer)))


def screen(question: NoticeQuestion, answer: str) -> tuple[Hit, ...]:
    """Return what is sensitive in an answer to a question. See `QuestionScreen`.

    Example:
        >>> screen(NoticeQuestion("more", "Anything else?", "CUSTOM"), "I have diabetes.")[0].start
        7
    """
    return QuestionScreen.of(question).hits(answer)


def masked(text: str, hits: Sequence[Hit]) -> str:
    """Return a text with each hit replaced by what kind of content stood there. Rule: SCR-8.

    `hits` are in order and do not overlap, as `screen` returns them. UK GDPR Art. 5(1)(c), 25.

    Example:
        >>> masked("I have diabetes.", [Hit(SensitiveCategory.HEALTH, "more", 7, 15)])
        'I have [masked: health].'
    """
    parts = []
    done = 0
    for hit in hits:
        parts += [text[done : hit.start], f"[masked: {hit.category.value}]"]
        done = hit.end
    return "".join([*parts, text[done:]])


def _asks_for(question: NoticeQuestion) -> SensitiveCategory | None:
    if question.type in NATIONAL_ID_TYPES:
        return SensitiveCategory.NATIONAL_ID
    for wording in (question.key, question.label):
        text, _ = folded(wording)
        asked = _ASKED_FOR.search(text)
        if asked:
            return _CATEGORY_OF_ASKING[_words_of(asked[1])]
        term = _TERM.search(text)
        if term:
            return _CATEGORY_OF_TERM[_words_of(term[1])]
    return None


_Found = tuple[SensitiveCategory, int, int]


def _found(text: str) -> Iterator[_Found]:
    """Yield what is sensitive in a folded text, in any order."""
    for pattern, categories in ((_TERM, _CATEGORY_OF_TERM), (_IDENTITY, _CATEGORY_OF_IDENTITY)):
        for match in pattern.finditer(text):
            yield categories[_words_of(match[1])], match.start(1), match.end()
    for number in NUMBERS:
        for match in number.pattern.finditer(text):
            if number.is_valid(match[1]):
                yield number.category, match.start(1), match.end(1)


def _apart(
    found: Sequence[_Found], field: str, places: Sequence[int], length: int
) -> Iterator[Hit]:
    """Yield hits in the places of the answer itself; what overlaps becomes one."""
    pending: Hit | None = None
    for category, first, beyond in found:
        start = places[first]
        end = places[beyond] if beyond < len(places) else length
        if pending is None:
            pending = Hit(category, field, start, end)
        elif start < pending.end:
            pending = pending._replace(end=max(end, pending.end))
        else:
            yield pending
            pending = Hit(category, field, start, end)
    if pending is not None:
        yield pending
