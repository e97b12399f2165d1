"""One call to the pretend Google Ads API: who asks, may they, and what is the answer."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any, NamedTuple
from zlib import crc32

from simulator.google_access import Tokens
from simulator.google_accounts import Account
from simulator.google_errors import permission_denied, refusal, request_error, unauthenticated
from simulator.google_faults import GoogleFault, GoogleFaultKind, GoogleFaults
from simulator.google_query import Query, read_query
from simulator.google_search import frames
from simulator.google_world import GoogleWorld

_KEPT_ANSWERS = 64
_ID_DIGITS = 10


class AdsCall(NamedTuple):
    """One call: the account asked about, the query, and the manager through whom (or None)."""

    account_id: str
    query: str
    login_customer_id: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """A call that got its rows, and the faults that are still to spoil them."""

    request_id: str
    query: Query
    frames: list[bytes]
    faults: list[GoogleFault]

    def fault(self, kind: GoogleFaultKind) -> GoogleFault | None:
        """Return the fault of a kind, if it befell the call."""
        return next((fault for fault in self.faults if fault.kind is kind), None)

    def token(self, start: int) -> str:
        """Return the token of the page that begins with row `start`."""
        return f"{crc32(repr(self.query).encode()):08x}-{start}"

    def start(self, token: str) -> int:
        """Return the row that a page begins with.

        Raises:
            RefusedError: the token is not of this query.
        """
        if not token:
            return 0
        start = token.partition("-")[2]
        if not start.isdigit() or token != self.token(int(start)):
            raise request_error("INVALID_PAGE_TOKEN", "The page token is not of this query.")
        return int(start)


class Answering:
    """What stands behind the socket. Safe to use from many threads."""

    def __init__(
        self,
        world: GoogleWorld,
        faults: GoogleFaults,
        tokens: Tokens,
        messages: Any,  # noqa: ANN401 - a module of google-ads
        version: str,
    ) -> None:
        self.calls: list[AdsCall] = []
        self._world = world
        self._faults = faults
        self._tokens = tokens
        self._messages = messages
        self._version = version
        self._numbers = count(1)
        self._lock = Lock()
        self._answers: OrderedDict[tuple[str, Query, int], list[bytes]] = OrderedDict()

    def request_id(self) -> str:
        """Return the id of the next request."""
        return f"req-{next(self._numbers):06d}"

    def answer(
        self,
        request: Any,  # noqa: ANN401 - a SearchGoogleAds(Stream)Request
        metadata: Mapping[str, str],
        request_id: str,
    ) -> Answered:
        """Return the rows of an answer, once everything that is checked has been checked.

        Raises:
            RefusedError: the call is refused, by its own fault or a scripted one.
        """
        account_id, text = request.customer_id, request.query
        through = metadata.get("login-customer-id")
        self.calls.append(AdsCall(account_id, text, through))
        if not self._tokens.is_good(metadata.get("authorization")):
            raise unauthenticated("OAUTH_TOKEN_INVALID")
        if getattr(request, "page_size", 0):
            raise request_error("PAGE_SIZE_NOT_SUPPORTED", "The page size cannot be set.")
        query = read_query(text)
        faults = self._faults.befalling(account_id, query.resource, query.filtered)
        for fault in faults:
            if fault.kind is GoogleFaultKind.LATENCY:
                time.sleep(float(fault.options.get("seconds", 0.2)))
            if (refused := refusal(fault)) is not None:
                raise refused
        found = self._frames(self._account(account_id, through), query)
        answered = Answered(request_id, query, found, faults)
        if (unknown := answered.fault(GoogleFaultKind.UNKNOWN_FIELD_TYPE)) is not None and found:
            number = int(unknown.options.get("number", 4242))
            answered.frames[0] = self._with_unknown_field(found[0], number)
        return answered

    def _account(self, account_id: str, through: str | None) -> Account:
        """Return the account asked about, if it may be read through that manager.

        The credentials are a user of the manager of all, and of no client.
        """
        if len(account_id) != _ID_DIGITS or not account_id.isdigit():
            raise request_error("INVALID_CUSTOMER_ID", f"Invalid customer ID '{account_id}'.")
        account = self._world.account(account_id)
        manager = self._world.account(through or account_id)
        if account is None or manager is None or account_id in self._faults.denied:
            raise permission_denied("USER_PERMISSION_DENIED")
        is_below = self._world.level_below(account, manager) is not None
        if not manager.is_manager or not is_below:
            raise permission_denied("USER_PERMISSION_DENIED")
        if account.status != "ENABLED":
            raise permission_denied("CUSTOMER_NOT_ENABLED")
        return account

    def _frames(self, account: Account, query: Query) -> list[bytes]:
        """Return the rows of an answer; asked again before anything changed, it costs nothing."""
        key = (account.id, query, self._world.changes)
        with self._lock:
            known = self._answers.get(key)
        if known is None:
            known = frames(self._world, account, query, self._messages, self._version)
            with self._lock:
                self._answers[key] = known
                while len(self._answers) > _KEPT_ANSWERS:
                    self._answers.popitem(last=False)
        return list(known)

    def _with_unknown_field(self, frame: bytes, number: int) -> bytes:
        """Return a row with an answer to a standard question that nobody has heard of yet."""
        response = self._messages.SearchGoogleAdsStreamResponse.pb().FromString(frame)
        data = response.results[0].lead_form_submission_data
        data.lead_form_submission_fields.add(field_type=number, field_value="a new kind of answer")
        return bytes(response.SerializeToString())
