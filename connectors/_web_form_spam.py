"""What looks as if a program had filled in the form, judged from what came and nothing else."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from connectors.base import Problem, ProblemCode

Captcha = Literal["passed", "failed", "missing", "unreachable"]
"""What became of a captcha: `unreachable` says that its provider did not answer."""

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_MARKUP = re.compile(r"\[/?(?:url|link)\b|<\s*a\b|</\s*a\s*>", re.IGNORECASE)
_SPAM_AT = 3


def problem_with(
    fields: Mapping[str, Sequence[str]],
    *,
    is_lured: bool,
    is_hasty: bool,
    captcha: Captcha | None,
    most_links: int,
) -> Problem | None:
    """Return why a submission is set aside for somebody to look at, None if it is not.

    Nothing of it is lost: it is kept for 30 days, and taken in if it was a person after all.
    """
    is_hasty = is_hasty and captcha != "passed"
    score = _score(fields, most_links) + 2 * is_hasty
    if is_lured or captcha == "failed" or score >= _SPAM_AT:
        return Problem(
            ProblemCode.SPAM,
            "It looks as if a program had filled the form in. Look at it; if a person wrote it,"
            " take it in with `leadledger deliveries accept`.",
        )
    if is_hasty or captcha in {"missing", "unreachable"}:
        return Problem(
            ProblemCode.IN_REVIEW,
            "Nothing shows that a person filled the form in: it came at once, or without the"
            " captcha. Look at it, and take it in with `leadledger deliveries accept`.",
        )
    return None


def _score(fields: Mapping[str, Sequence[str]], most_links: int) -> int:
    texts = [value for values in fields.values() for value in values]
    links = sum(len(_LINK.findall(text)) for text in texts)
    # a name or a firm has no link in it
    in_names = sum(bool(_LINK.search(text)) for name in _NAMES for text in fields.get(name, ()))
    marked_up = any(_MARKUP.search(text) for text in texts)
    return max(0, links - most_links) + 2 * marked_up + 2 * (in_names > 0)


_NAMES = ("full_name", "first_name", "last_name", "company", "job_title", "phone")
