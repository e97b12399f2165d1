"""The few words that an officer adds to a step; they outlive the person's data."""

import re

from policy.errors import UsageError

MOST_WORDS = 400
_ADDRESS = re.compile(r"\S@\S")
_DATE = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_NUMBER = re.compile(r"(?:\+|\b)\d(?:[\s().\-/]{0,3}\d){8,}")
_SHORTEST_UNMARKED = 10


def require_nameless(text: str) -> None:
    """Refuse words that hold an address or a telephone number, or are too many. Rule: CASE-6.

    Names cannot be told from other words, so whoever types is asked to leave them out. A run of
    digits that begins with + or 0 is taken for a number from nine digits on, another one from ten;
    dates are none. UK GDPR Art. 5(1)(c), 5(1)(e).

    Raises:
        UsageError: with the cure.
    """
    if len(text) > MOST_WORDS:
        raise UsageError(
            f"These are {len(text):,} characters. Cure: say it in {MOST_WORDS} at most; the answer"
            " itself is not kept here."
        )
    bare = _DATE.sub(" ", text)
    if _ADDRESS.search(bare) or any(map(_is_number, _NUMBER.findall(bare))):
        raise UsageError(
            "These words hold an address or a telephone number. They are kept with the case, so"
            " they must name nobody. Cure: say it without."
        )


def _is_number(run: str) -> bool:
    digits = sum(sign.isdecimal() for sign in run)
    return run.startswith(("+", "0")) or digits >= _SHORTEST_UNMARKED
