"""What an error of Google's client means.

Only some faults come as `GoogleAdsException`: those with the status RESOURCE_EXHAUSTED or INTERNAL
come as errors of `google.api_core`, with the details in the trailing metadata. The vendor's own
sentences hold ids and addresses, so nothing of them is kept.

Source: google-ads 34.0.0, interceptors/interceptor.py and errors/types/*.py (v23 to v26).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What to do about an error."""

    RETRY = "retry"  # a passing fault: begin again, a few times
    QUOTA = "quota"  # wait as long as was said, then begin again
    TOKEN = "token"  # noqa: S105 - whoever gave access must give it again
    CREDENTIALS = "credentials"  # the key or the client is not right
    ACCOUNT = "account"  # this account is not open to us
    CLOSED = "closed"  # the account is closed, or not active yet
    PROJECT = "project"  # the Cloud project is not admitted
    VERSION = "version"  # this version of the API is gone, or not there yet
    QUERY = "query"  # a field or condition is not taken
    CHANGED = "changed"  # an answer in no known shape


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means. `code` is the vendor's name of it, such as `quota_error.…`.

    `wait` is how long the vendor asks to wait, `rate` what is used up (ACCOUNT or the whole
    PROJECT), `request_id` what the vendor's support asks for.
    """

    outcome: Outcome
    code: str | None = None
    request_id: str | None = None
    wait: timedelta | None = None
    rate: str | None = None

    @property
    def facts(self) -> str:
        """Return the codes for a message."""
        named = {"": self.code, "request id ": self.request_id}
        return ", ".join(f"{name}{value}" for name, value in named.items() if value)


class GoogleError(Exception):
    """A call that did not succeed."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(f"{verdict.outcome} ({verdict.facts})")


_TOKEN_ERRORS = {
    *("OAUTH_TOKEN_INVALID", "OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_DISABLED"),
    *("OAUTH_TOKEN_REVOKED", "OAUTH_TOKEN_HEADER_INVALID", "GOOGLE_ACCOUNT_DELETED"),
    *("NOT_ADS_USER", "TWO_STEP_VERIFICATION_NOT_ENROLLED", "ADVANCED_PROTECTION_NOT_ENROLLED"),
    *("GOOGLE_ACCOUNT_COOKIE_INVALID", "GOOGLE_ACCOUNT_AUTHENTICATION_FAILED"),
    *("GOOGLE_ACCOUNT_USER_AND_ADS_USER_MISMATCH", "LOGIN_COOKIE_REQUIRED"),
}
_PROJECT_ERRORS = {
    *("PROJECT_DISABLED", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", "MISSING_TOS"),
    *("DEVELOPER_TOKEN_NOT_APPROVED", "DEVELOPER_TOKEN_PROHIBITED"),
    "INCOMPLETE_SIGNUP",
}
_ACCOUNT_ERRORS = {"CUSTOMER_NOT_ENABLED": Outcome.CLOSED}
_BY_KIND = {
    "authentication_error": Outcome.ACCOUNT,
    "authorization_error": Outcome.ACCOUNT,
    "quota_error": Outcome.QUOTA,
    "internal_error": Outcome.RETRY,
    "query_error": Outcome.QUERY,
    "field_error": Outcome.QUERY,
}
_BY_STATUS = {
    **dict.fromkeys(
        ("UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "ABORTED", "CANCELLED"),
        Outcome.RETRY,
    ),
    "DATA_LOSS": Outcome.RETRY,
    "RESOURCE_EXHAUSTED": Outcome.QUOTA,
    "UNAUTHENTICATED": Outcome.TOKEN,
    "PERMISSION_DENIED": Outcome.ACCOUNT,
    "UNIMPLEMENTED": Outcome.VERSION,
    "NOT_FOUND": Outcome.VERSION,
}


def verdict_of(error: Exception, version: str) -> Verdict:
    """Say what an error that Google's client raised means.

    Args:
        error: whatever came out of a call; one that is not the client's is raised again.
        version: the version of the API that was asked ("v26").
    """
    from google.ads.googleads.errors import GoogleAdsException  # noqa: PLC0415 - an extra
    from google.api_core.exceptions import GoogleAPICallError  # noqa: PLC0415
    from google.auth.exceptions import (  # noqa: PLC0415
        GoogleAuthError,
        RefreshError,
        TransportError,
    )
    from grpc import RpcError  # noqa: PLC0415

    match error:
        case GoogleAdsException():
            return _of_failure(error.failure, error.request_id, _status(error.error))
        case GoogleAPICallError() | RpcError():
            return _of_call(error, version)
        case RefreshError() if not error.retryable:
            return Verdict(Outcome.TOKEN)
        case TransportError() | RefreshError():
            return Verdict(Outcome.RETRY)
        case GoogleAuthError():
            return Verdict(Outcome.CREDENTIALS)
    raise error


def _of_call(error: Any, version: str) -> Verdict:  # noqa: ANN401 - errors of two libraries
    """Read an error that the client did not convert."""
    calls = [*getattr(error, "errors", ()), error]
    for call in calls:
        metadata = dict(_metadata(call))
        failure = metadata.get(f"google.ads.googleads.{version}.errors.googleadsfailure-bin")
        if failure:
            return _of_failure(_parsed(failure, version), metadata.get("request-id"), _status(call))
    status = next(filter(None, map(_status, calls)), None)
    return Verdict(_BY_STATUS.get(status or "", Outcome.CHANGED), status)


def _metadata(call: object) -> Iterator[tuple[str, Any]]:
    trailing = getattr(call, "trailing_metadata", None)
    yield from (trailing() or ()) if callable(trailing) else ()


def _status(call: object) -> str | None:
    """Return the name of a call's gRPC status."""
    code = getattr(call, "grpc_status_code", None) or getattr(call, "code", None)
    found = code() if callable(code) else code
    name = getattr(found, "name", None)
    return name if isinstance(name, str) else None


def _parsed(failure: bytes, version: str) -> Any:  # noqa: ANN401 - a message of Google's
    from importlib import import_module  # noqa: PLC0415

    errors = import_module(f"google.ads.googleads.{version}.errors.types.errors")
    return errors.GoogleAdsFailure.deserialize(failure)


def _of_failure(failure: Any, request_id: str | None, status: str | None) -> Verdict:  # noqa: ANN401
    """Read Google's own description of a failure; its first error decides."""
    plain = type(failure).pb(failure) if hasattr(type(failure), "pb") else failure
    for error in plain.errors:
        kind, name = _code(error.error_code)
        wait, rate = _quota(error)
        outcome = _outcome(kind, name, status)
        return Verdict(outcome, f"{kind}.{name}", request_id, wait, rate)
    return Verdict(_BY_STATUS.get(status or "", Outcome.CHANGED), status, request_id)


def _code(error_code: Any) -> tuple[str, str]:  # noqa: ANN401 - a message of Google's
    kind = error_code.WhichOneof("error_code")
    if kind is None:
        return "unknown_error", "UNKNOWN"
    number = getattr(error_code, kind)
    known = error_code.DESCRIPTOR.fields_by_name[kind].enum_type.values_by_number.get(number)
    return kind, known.name if known else str(number)


def _outcome(kind: str, name: str, status: str | None) -> Outcome:
    if name in _TOKEN_ERRORS:
        return Outcome.TOKEN
    if name in _PROJECT_ERRORS:
        return Outcome.PROJECT
    if name in {"UNSUPPORTED_VERSION", "INVALID_VERSION"}:
        return Outcome.VERSION
    if name in _ACCOUNT_ERRORS:
        return _ACCOUNT_ERRORS[name]
    return _BY_KIND.get(kind) or _BY_STATUS.get(status or "", Outcome.CHANGED)


def _quota(error: Any) -> tuple[timedelta | None, str | None]:  # noqa: ANN401
    """Return how long to wait, and what is used up: the account's share or the whole project's."""
    details = error.details.quota_error_details
    delay = details.retry_delay
    seconds = delay.seconds + delay.nanos / 1e9
    scope = type(details).DESCRIPTOR.fields_by_name["rate_scope"].enum_type.values_by_number
    known = scope.get(details.rate_scope)
    named = {"ACCOUNT": "the account", "DEVELOPER": "the whole Cloud project"}
    return (
        timedelta(seconds=seconds) if seconds > 0 else None,
        named.get(known.name) if known else None,
    )
