"""Judge a short answer by what it refuses and by whether it wants anything, whatever the phrase.

No list of phrases is ever complete. Few words that refuse something stop use until somebody has
looked; and who answers a mail with our own link to leave it, and says nothing of wanting to be
served, may have said stop in words that nobody thought of.
"""

import re
from functools import cache

from connectors._email_answer_farewells import FAREWELLS
from connectors._email_answer_matters import MATTERS
from connectors._email_answer_refusals import BARE_NO, NEGATIONS, REFUSALS, WILLING
from connectors._email_answer_wishes import COURTESIES, HARMLESS, WISHES
from connectors._email_fold import folded

_MOST_WORDS = 30
_MOST_CHARACTERS = 300
_LONGER_ANSWER = 3
"""How many times as long an answer to a mail of ours may be: it is clear what it is about."""
_ANGER = re.compile(r"!{2}|[?!]{3}|\?!|!\?")
_SENTENCES = re.compile(r"[.!?;\n]| (?:but|aber|mais|pero|maar|men|mutta|ale|dar|но|але|ama|αλλα) ")
_GREEK_QUESTION = re.compile(r"[\u0370-\u03ff];")


def judged(own: str, *, answers_ours: bool) -> str | None:
    """Return the sign by which a short text may say stop, None if nothing in it does.

    Args:
        own: the person's own text, without quotes and signature.
        answers_ours: it answers a mail that carries our own link to leave.
    """
    longer = _LONGER_ANSWER if answers_ours else 1
    if len(own) > _MOST_CHARACTERS * longer or len(own.split()) > _MOST_WORDS * longer:
        return None
    text = folded(own)
    said, was_harmless = _harmless().subn(" ", text)
    rest, refused = _refusals().subn(" ", said)
    if not (refused or answers_ours):
        return None
    wants = bool(_wishes().search(rest) or _GREEK_QUESTION.search(rest))
    if refused and (answers_ours or not wants):
        return "refusal"
    if not answers_ours or not text:
        return None
    if _is_unwilling(said):
        return "unwilling"
    return None if wants else _sign_of_no_wish(text, said, was_harmless=bool(was_harmless))


def _sign_of_no_wish(text: str, said: str, *, was_harmless: bool) -> str | None:
    """Return by which sign an answer that wants nothing may say stop."""
    if _negations().search(said):
        return "negation"
    if was_harmless or _courtesies().search(said):
        return None
    # who shouts is not dealing with the offer, whatever it is about
    return None if _matters().search(said) and not _ANGER.search(text) else "no_wish"


def _is_unwilling(said: str) -> bool:
    """Say whether a sentence is a bare no, or has a no beside wanting, in one language."""
    return bool(_bare_no().search(said)) or any(
        no.search(sentence) and willing.search(sentence)
        for sentence in _SENTENCES.split(said)
        for no, willing in _unwilling()
    )


def without_harmless(text: str) -> str:
    """Return a folded text without what sounds like a refusal and is none: "no problem"."""
    return _harmless().sub(" ", text)


@cache
def _refusals() -> re.Pattern[str]:
    words = "|".join(_by_first_letter(f"{_joined(REFUSALS)}|{_joined(FAREWELLS)}"))
    return re.compile(rf"\b(?=\w)(?:{words})\w*", re.MULTILINE)


@cache
def _negations() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_joined(NEGATIONS)})(?!\w)")


@cache
def _bare_no() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[.!?;:,¡] ?)(?:{folded(BARE_NO)}) ?(?:$|!)", re.MULTILINE)


@cache
def _unwilling() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    return [
        (
            re.compile(rf"\b(?:{folded(NEGATIONS[language])})(?!\w)"),
            re.compile(rf"\b(?:{folded(words)})"),
        )
        for language, words in WILLING.items()
    ]


@cache
def _wishes() -> re.Pattern[str]:
    return _beginnings(WISHES)


@cache
def _courtesies() -> re.Pattern[str]:
    return _beginnings(COURTESIES)


@cache
def _matters() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_joined(MATTERS)})")


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{folded(HARMLESS)})\b")


def _beginnings(words: dict[str, str]) -> re.Pattern[str]:
    """Compile the beginnings of words in all languages; those of none may stand anywhere."""
    rest = {language: each for language, each in words.items() if language != "any"}
    return re.compile(rf"\b(?:{_joined(rest)})|{folded(words['any'])}", re.MULTILINE)


def _joined(words: dict[str, str]) -> str:
    return "|".join(folded(each) for each in words.values())


def _by_first_letter(words: str) -> list[str]:
    """Group alternatives by their first letter: most are then passed over in one step."""
    groups: dict[str, list[str]] = {}
    depth, begin = 0, 0
    plain = re.sub(r"\\.|\[[^\]]*\]", lambda found: "_" * len(found[0]), words)
    for at, sign in enumerate(f"{plain}|"):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            word = words[begin:at]
            letter = word[0] if word[0].isalpha() and word[1:2] not in set("?*+{") else ""
            groups.setdefault(letter, []).append(word[len(letter) :])
            begin = at + 1
    return [
        f"{letter}(?:{'|'.join(rest)})" if letter else "|".join(rest)
        for letter, rest in groups.items()
    ]
