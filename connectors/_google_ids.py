"""Give Google's submissions ids that the store holds, and that no other kind of id can meet."""

import hashlib
import json
from collections.abc import Iterable

from connectors._values import flag_of

LONGEST = 200
"""The longest id that is kept as it came, in characters."""

_TEST_PREFIX = "test:"
_HASH_PREFIX = "sha256-"
_ROW_PREFIX = "row-"
_OWN_PREFIXES = (_TEST_PREFIX, _HASH_PREFIX, _ROW_PREFIX)

_TEST_MARK = "tester-123-"
_DUMMY = "dummy_value"


def external_id_of(text: str) -> str:
    """Return the id under which a submission is kept: Google's own, or its SHA-256.

    Google's ids have no known form or length. One that is longer than `LONGEST`, has signs that a
    store may refuse, or begins like an id of our own making is kept as `sha256-` and 64 hex digits.
    """
    if len(text) <= LONGEST and text.isprintable() and not text.startswith(_OWN_PREFIXES):
        return text
    return _HASH_PREFIX + _digest(text)


def id_of_test(text: str) -> str:
    """Return the id of a test submission, which no real one can have. Test ids repeat."""
    return _TEST_PREFIX + external_id_of(text)


def row_id_of(*parts: Iterable[str]) -> str:
    """Return an id made of what a row says: `row-` and a SHA-256. The same row has the same id."""
    return _ROW_PREFIX + _digest(json.dumps([list(part) for part in parts]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_test(flag: object, ids: Iterable[str | None], values: Iterable[str]) -> bool:
    """Say whether a submission is one of Google's tests.

    Args:
        flag: `is_test` as it came; absent means no.
        ids: lead id and click id, which in tests begin with `TeSter-123-`.
        values: all answers. Older tests say `dummy_value` throughout.

    Source: developers.google.com, google-ads/webhook/docs/faq.
    """
    if flag_of(flag):
        return True
    if any(each and each.casefold().startswith((_TEST_MARK, _DUMMY)) for each in ids):
        return True
    return any(value == _DUMMY for value in values)
