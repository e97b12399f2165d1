"""What the pretend Data Manager API answers: checks, requests that take time, and faults.

Source: developers.google.com, data-manager/api/reference/rest/v1 and …/devguides/limits.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ACCOUNT_ID = "7001002003"
AUDIENCE_IDS = ("7000000001", "7000000002")
MOST_MEMBERS, MOST_IDENTIFIERS, MOST_DESTINATIONS = 10_000, 10, 10
_HASH = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"emailAddress", "phoneNumber"}
_REMOVE, _RETRIEVE = "/v1/audienceMembers:remove", "/v1/requestStatus:retrieve"

Answer = tuple[int, dict[str, Any] | bytes]
"""Status and body."""


class DataManagerFault(StrEnum):
    """One way to fail."""

    RATE_LIMIT = "rate_limit"  # 429, to be tried again in 90 seconds
    UNAUTHENTICATED = "unauthenticated"  # 401: the token is worth nothing any more
    PERMISSION_DENIED = "permission_denied"  # 403
    SERVICE_DISABLED = "service_disabled"  # 403: the API is not enabled for the project
    UNAVAILABLE = "unavailable"  # 503
    HTML_502 = "html_502"  # a gateway's page
    DROPPED_CONNECTION = "dropped_connection"  # it closes before the first byte
    NO_REQUEST_ID = "no_request_id"  # 200, and nothing in it
    REQUEST_FAILED = "request_failed"  # taken in, and FAILED when it is asked about
    PARTIAL_SUCCESS = "partial_success"  # taken in, and done for some only
    NEVER_FINISHED = "never_finished"  # taken in, and PROCESSING for ever
    FORGOTTEN = "forgotten"  # taken in, and not found when it is asked about


_LATER = {
    DataManagerFault.REQUEST_FAILED: "FAILED",
    DataManagerFault.PARTIAL_SUCCESS: "PARTIAL_SUCCESS",
    DataManagerFault.NEVER_FINISHED: "PROCESSING",
    DataManagerFault.FORGOTTEN: "",
}
_AT_ONCE = {
    DataManagerFault.RATE_LIMIT: (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    DataManagerFault.UNAUTHENTICATED: (401, "UNAUTHENTICATED", None),
    DataManagerFault.PERMISSION_DENIED: (403, "PERMISSION_DENIED", None),
    DataManagerFault.SERVICE_DISABLED: (403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
    DataManagerFault.UNAVAILABLE: (503, "UNAVAILABLE", None),
}


@dataclass(slots=True)
class _Asked:
    """A request that was taken in: whom it removes from which lists, and how far it is."""

    lists: list[str]
    hashes: list[str]
    looks: int
    ends_as: str = "SUCCESS"


@dataclass(slots=True)
class Answers:
    """The state of the pretend platform. `looks`: how often a request is found unfinished.

    `calls` are (path, how many members) so far; `removed` what each list has lost.
    """

    looks: int
    calls: list[tuple[str, int]] = field(default_factory=list)
    removed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: list[DataManagerFault] = field(default_factory=list)
    _requests: dict[str, _Asked] = field(default_factory=dict)

    def answer(
        self, path: str, params: Mapping[str, str], body: bytes, *, is_known: bool
    ) -> Answer | None:
        """Return the answer to a request, faults and all; None: nobody answers."""
        self.calls.append((path, body.count(b"userIdentifiers")))
        if self.faults and self.faults[0] not in _LATER:
            return self._fault(self.faults.pop(0))
        if not is_known:
            return _error(401, "UNAUTHENTICATED")
        if path == _REMOVE:
            return self._remove(body)
        if path == _RETRIEVE:
            return self._retrieve(params.get("requestId", ""))
        return _error(404, "NOT_FOUND")

    @staticmethod
    def _fault(fault: DataManagerFault) -> Answer | None:
        if fault in _AT_ONCE:
            status, name, reason = _AT_ONCE[fault]
            return _error(status, name, reason, delay=90 if status == 429 else None)
        if fault is DataManagerFault.HTML_502:
            return 502, b"<!DOCTYPE html><html><body>Bad gateway</body></html>"
        return (200, {}) if fault is DataManagerFault.NO_REQUEST_ID else None

    def _remove(self, body: bytes) -> Answer:
        given = json.loads(body)
        lists, hashes = _lists(given), _hashes(given)
        if lists is None or hashes is None:
            return _error(400, "INVALID_ARGUMENT")
        if given.get("validateOnly"):
            return 200, {}
        asked = _Asked(lists, hashes, self.looks)
        if self.faults:
            asked.ends_as = _LATER[self.faults.pop(0)]
        request_id = f"pretend-{len(self._requests) + 1}"
        self._requests[request_id] = asked
        return 200, {"requestId": request_id}

    def _retrieve(self, request_id: str) -> Answer:
        asked = self._requests.get(request_id)
        if asked is None or not asked.ends_as:
            return _error(404, "NOT_FOUND")
        state = "PROCESSING" if asked.looks > 0 else asked.ends_as
        asked.looks -= 1
        if state == "SUCCESS":
            for each in asked.lists:
                self.removed[each].update(asked.hashes)
        return 200, {"requestStatusPerDestination": [_status(each, state) for each in asked.lists]}


def _status(list_id: str, state: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "destination": {"productDestinationId": list_id},
        "requestStatus": state,
    }
    if state in {"FAILED", "PARTIAL_SUCCESS"}:
        reason = "PROCESSING_ERROR_REASON_INTERNAL_ERROR"
        shown["errorInfo"] = {"errorCounts": [{"recordCount": "1", "reason": reason}]}
    return shown


def _lists(given: Mapping[str, Any]) -> list[str] | None:
    """Return the lists that a request is about, None if one is not open or there are too many."""
    asked = given.get("destinations", [])
    account = {"accountType": "GOOGLE_ADS", "accountId": ACCOUNT_ID}
    lists = [each.get("productDestinationId") for each in asked]
    is_open = all(each.get("operatingAccount") == account for each in asked)
    if not (0 < len(lists) <= MOST_DESTINATIONS and is_open and set(lists) <= set(AUDIENCE_IDS)):
        return None
    return lists


def _hashes(given: Mapping[str, Any]) -> list[str] | None:
    """Return the hashes in a request, None if one is none or there are too many."""
    members = given.get("audienceMembers", [])
    listed = [each["userData"]["userIdentifiers"] for each in members]
    if given.get("encoding") != "HEX" or not 0 < len(listed) <= MOST_MEMBERS:
        return None
    if any(not 0 < len(each) <= MOST_IDENTIFIERS for each in listed):
        return None
    pairs = [pair for each in listed for one in each for pair in one.items()]
    if any(name not in _FIELDS or not _HASH.fullmatch(value) for name, value in pairs):
        return None
    return [value for _, value in pairs]


def _error(
    status: int, name: str, reason: str | None = None, *, delay: int | None = None
) -> Answer:
    """Return an error in Google's envelope; its sentence names somebody, as theirs may."""
    details: list[dict[str, str]] = []
    if reason is not None:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        details.append({"@type": kind, "reason": reason, "domain": "googleapis.com"})
    if delay is not None:
        kind = "type.googleapis.com/google.rpc.RetryInfo"
        details.append({"@type": kind, "retryDelay": f"{delay}s"})
    message = "Something about canary@mail.example was not right."
    return status, {
        "error": {"code": status, "message": message, "status": name, "details": details}
    }
