"""Check the key in the body of a Google webhook, and take it out of what is kept.

Google signs nothing: the secret that the advertiser typed into the form comes in the body of every
delivery. Source: developers.google.com, google-ads/webhook/docs/implementation.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import SecretStr

KEY = "google_key"
SHORTEST_KEY = 12
"""The fewest characters of a key: it alone stands between the world and the store of leads."""

_REMOVED = "[removed]"
_MAXIMUM_DIGITS = 100


@dataclass(frozen=True, slots=True)
class WebhookKeys:
    """The keys of a source's webhook: one for all of its forms, and any that single forms have.

    Raises:
        ValueError: a key has fewer than `SHORTEST_KEY` characters.
    """

    for_all: SecretStr | None = None
    by_form: Mapping[str, SecretStr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(len(secret) < SHORTEST_KEY for secret in self.secrets()):
            raise ValueError(
                f"a webhook key has fewer than {SHORTEST_KEY} characters, so it could be guessed: "
                "set a longer one here and in the form's webhook settings at Google"
            )

    def secrets(self) -> list[str]:
        """Return all keys, in clear."""
        given = [] if self.for_all is None else [self.for_all]
        return [secret.get_secret_value() for secret in (*given, *self.by_form.values())]

    def fit(self, given: str, form_id: str | None, *, is_test: bool) -> bool:
        """Say whether a key opens the door for a form: the source's key, or the form's own.

        Google's tests carry the id of no real form, so any of the keys does for them. Every key is
        compared in constant time, digest with digest, whatever the others gave.
        """
        said = _digest(given)
        fits_all = self.for_all is not None and _is_same(said, self.for_all)
        fitting = [form for form, secret in self.by_form.items() if _is_same(said, secret)]
        return fits_all or (bool(fitting) if is_test else form_id in fitting)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _is_same(digest: bytes, secret: SecretStr) -> bool:
    return hmac.compare_digest(digest, _digest(secret.get_secret_value()))


class Member(NamedTuple):
    """One name and value of a JSON object, and where it stands in the text."""

    name: str
    value: object
    start: int
    end: int

    def __repr__(self) -> str:
        """Say where it stands; the value may be the secret."""
        return f"Member({self.start}, {self.end})"


class NotAnObjectError(ValueError):
    """The text is JSON, but of another kind."""


_SPACE = re.compile(r"[ \t\n\r]*")


def _whole_number(digits: str) -> int:
    if len(digits) > _MAXIMUM_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


def _no_number(_: str) -> None:
    raise ValueError("JSON has no such number")


_decoder = json.JSONDecoder(parse_int=_whole_number, parse_constant=_no_number)


def members_of(text: str) -> list[Member]:
    """Return the members of a JSON object in order, doubles included.

    Raises:
        NotAnObjectError: the text is another JSON value.
        ValueError: the text is no JSON.
        RecursionError: it is nested deeper than can be read.
    """
    at = _past_space(text, 0)
    if not text.startswith("{", at):
        _decoder.decode(text)
        raise NotAnObjectError("the text is no JSON object")
    members: list[Member] = []
    at = _past_space(text, at + 1)
    is_over = text.startswith("}", at)
    while not is_over:
        start = at
        name, at = _decoder.raw_decode(text, at)
        at = _past_space(text, at)
        if not isinstance(name, str) or not text.startswith(":", at):
            raise ValueError("a member has no name")
        value, end = _decoder.raw_decode(text, _past_space(text, at + 1))
        members.append(Member(name, value, start, end))
        at = _past_space(text, end)
        is_over = text.startswith("}", at)
        if not is_over:
            if not text.startswith(",", at):
                raise ValueError("members are not parted by a comma")
            at = _past_space(text, at + 1)
    if _past_space(text, at + 1) != len(text):
        raise ValueError("something stands behind the object")
    return members


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def without_key(text: str, members: list[Member], secrets: list[str]) -> str:
    """Return an object's text without its member `google_key`, and without any of the keys.

    All else stays as it was, byte for byte, unless a key stands in it as well: a value or a name
    that holds one has a note in its place.
    """
    place = next(i for i, member in enumerate(members) if member.name == KEY)
    own = members[place]
    if place + 1 < len(members):
        text = text[: own.start] + text[members[place + 1].start :]
    elif place:
        text = text[: members[place - 1].end] + text[own.end :]
    else:
        text = text[: own.start] + text[own.end :]
    for secret in secrets:
        text = _scrubbed(text, secret)
    return text


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*')


def _scrubbed(text: str, secret: str) -> str:
    """Return a JSON text in which no string and no number holds a secret, escaped or not."""

    def clean(found: re.Match[str]) -> str:
        token = found[0]
        said = json.loads(token) if token.startswith('"') else token
        if secret not in said:
            return token
        kept = said.replace(secret, _REMOVED)
        return json.dumps(kept)

    return _TOKEN.sub(clean, text)
