"""A request as the pretend Graph API understands it, and the reply that goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import orjson

from simulator import fields
from simulator.fields import Field
from simulator.graph_errors import GraphError, bad_parameter

JSON_TYPE = "application/json; charset=UTF-8"
DEFAULT_LIMIT = 25
_CREDENTIALS = {"access_token", "appsecret_proof", "input_token"}
_parse_fields = lru_cache(maxsize=256)(fields.parse)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in, for tests to count: no token, no proof. `path` has the version."""

    method: str
    path: str
    params: Mapping[str, str]
    token_came_in: str
    """`query`, `header` or `nowhere`."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `params` hold no credentials, `segments` no version."""

    method: str
    base_url: str
    version: str
    segments: tuple[str, ...]
    params: Mapping[str, str]
    token: str | None = field(repr=False)
    token_came_in: str
    proof: str | None = field(repr=False)
    input_token: str | None = field(repr=False)

    @property
    def path(self) -> str:
        """Return the path as it was called, version and all."""
        return "/" + "/".join((self.version, *self.segments) if self.version else self.segments)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return what was asked for, empty where the default will do.

        Raises:
            GraphError: 2500, the text is no list of fields.
        """
        text = self.params.get("fields", "")
        return _parse_fields(text) if text else ()

    @property
    def limit(self) -> int:
        """Return how many rows a page may have.

        Raises:
            GraphError: #100, it is no positive number.
        """
        text = self.params.get("limit", str(DEFAULT_LIMIT))
        if not text.isascii() or not text.isdecimal() or int(text) == 0:
            raise bad_parameter("param limit must be a positive integer")
        return int(text)

    def names(self) -> frozenset[str]:
        """Return every field name asked for, at any depth."""
        return frozenset(_all_names(self.fields))

    def url(self, path: str, **params: str) -> str:
        """Return an address for the next page: with the access token in it, as Meta's have."""
        known = {name: self.params[name] for name in ("fields", "filtering") if name in self.params}
        query = urlencode({"access_token": self.token or "", **known, **params})
        version = f"/{self.version}" if self.version else ""
        return f"{self.base_url}{version}/{path}?{query}"

    def call(self) -> Call:
        """Return what is kept of the request."""
        return Call(self.method, self.path, self.params, self.token_came_in)


def _all_names(asked: tuple[Field, ...]) -> list[str]:
    return [name for one in asked for name in (one.name, *_all_names(one.inner or ()))]


def read_request(
    method: str, target: str, body: bytes, authorization: str | None, base_url: str
) -> Request:
    """Return the request for a request line's target (`/v26.0/1/leads?limit=5`).

    A form in the body of a POST counts as parameters, and its `method` as the method: so secrets
    can be kept out of the address (Graph API, "method" override).
    """
    path, _, query = target.partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    given |= dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    if method == "POST":
        method = given.pop("method", method).upper()
    segments = tuple(segment for segment in path.split("/") if segment)
    version = segments[0] if segments and _is_version(segments[0]) else ""
    scheme, _, from_header = (authorization or "").partition(" ")
    token, came_in = given.get("access_token"), "query"
    if token is None:
        is_bearer = scheme.lower() in {"bearer", "oauth"} and bool(from_header)
        token, came_in = (from_header.strip(), "header") if is_bearer else (None, "nowhere")
    return Request(
        method=method,
        base_url=base_url,
        version=version,
        segments=segments[1:] if version else segments,
        params={name: value for name, value in given.items() if name not in _CREDENTIALS},
        token=token,
        token_came_in=came_in,
        proof=given.get("appsecret_proof"),
        input_token=given.get("input_token"),
    )


def _is_version(segment: str) -> bool:
    major, dot, minor = segment.removeprefix("v").partition(".")
    return segment.startswith("v") and dot == "." and major.isdecimal() and minor.isdecimal()


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, and how badly.

    `cut_at` sends only so many bytes of the body and then closes; `is_dropped` closes before the
    first byte, with a reset if `is_reset`.
    """

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    is_dropped: bool = False
    is_reset: bool = False


def json_reply(answer: object, *, status: int = 200) -> Reply:
    """Return an answer as JSON."""
    return Reply(status, orjson.dumps(answer))


def error_reply(error: GraphError, headers: Mapping[str, str] | None = None) -> Reply:
    """Return an error in Meta's envelope."""
    envelope = {**error.envelope, "fbtrace_id": "ASimulatedTraceIdOfNoUse"}
    return Reply(error.status, orjson.dumps({"error": envelope}), headers=headers or {})
