"""How the Google Ads API says no: a gRPC status, and the reason in the trailing metadata.

Source: google-ads 34.0.0, interceptors/interceptor.py and v26/errors/types; the names of codes are
those of its enums.
"""

from importlib import import_module
from typing import Any, NamedTuple

from simulator.google_faults import GoogleFault, GoogleFaultKind, Options


class Reason(NamedTuple):
    """What a GoogleAdsFailure says: `category` is the member of its `error_code`.

    `rate_scope` and `retry_seconds` are for a `quota_error` only; 0 seconds: no delay is named.
    """

    category: str
    code: str
    rate_scope: str | None = None
    retry_seconds: float = 0.0


class RefusedError(Exception):
    """A call that is answered by a gRPC status, such as `PERMISSION_DENIED`, and maybe a reason."""

    def __init__(self, status: str, message: str, reason: Reason | None = None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.reason = reason


_DENIED = "The caller does not have permission"


def query_error(code: str, message: str) -> RefusedError:
    """Return the refusal of a query, by the name of its QueryError."""
    return RefusedError("INVALID_ARGUMENT", message, Reason("query_error", code))


def request_error(code: str, message: str) -> RefusedError:
    """Return the refusal of a request, by the name of its RequestError."""
    return RefusedError("INVALID_ARGUMENT", message, Reason("request_error", code))


def permission_denied(code: str) -> RefusedError:
    """Return the refusal of an account, by the name of its AuthorizationError."""
    return RefusedError("PERMISSION_DENIED", _DENIED, Reason("authorization_error", code))


def unauthenticated(code: str) -> RefusedError:
    """Return the refusal of credentials, by the name of its AuthenticationError."""
    message = "Request had invalid authentication credentials."
    return RefusedError("UNAUTHENTICATED", message, Reason("authentication_error", code))


def failure(version: str, reason: Reason, message: str, request_id: str) -> bytes:
    """Return a GoogleAdsFailure as it stands in the trailing metadata."""
    errors: Any = import_module(f"google.ads.googleads.{version}.errors.types.errors")
    error: dict[str, Any] = {"error_code": {reason.category: reason.code}, "message": message}
    if reason.rate_scope is not None:
        quota: dict[str, Any] = {
            "rate_scope": reason.rate_scope,
            "rate_name": "Number of operations for explorer access",
        }
        if reason.retry_seconds:
            whole = int(reason.retry_seconds)
            nanos = round((reason.retry_seconds - whole) * 1e9)
            quota["retry_delay"] = {"seconds": whole, "nanos": nanos}
        error["details"] = {"quota_error_details": quota}
    built = errors.GoogleAdsFailure.pb()(errors=[error], request_id=request_id)
    return bytes(built.SerializeToString())


_STATUS_ALONE = {
    GoogleFaultKind.UNAVAILABLE: ("UNAVAILABLE", "The service is currently unavailable."),
    GoogleFaultKind.DEADLINE: ("DEADLINE_EXCEEDED", "Deadline Exceeded"),
    GoogleFaultKind.UNIMPLEMENTED: ("UNIMPLEMENTED", "Method not found."),
}
_WITH_REASON = {
    GoogleFaultKind.INTERNAL: ("INTERNAL", "Internal error.", "internal_error", "TRANSIENT_ERROR"),
    GoogleFaultKind.TOKEN_REVOKED: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials.",
        "authentication_error",
        "OAUTH_TOKEN_REVOKED",
    ),
    GoogleFaultKind.PERMISSION_DENIED: (
        "PERMISSION_DENIED",
        _DENIED,
        "authorization_error",
        "USER_PERMISSION_DENIED",
    ),
    GoogleFaultKind.CUSTOMER_NOT_ENABLED: (
        "PERMISSION_DENIED",
        _DENIED,
        "authorization_error",
        "CUSTOMER_NOT_ENABLED",
    ),
    GoogleFaultKind.PROJECT_NOT_APPROVED: (
        "PERMISSION_DENIED",
        _DENIED,
        "authorization_error",
        "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
    ),
    GoogleFaultKind.RETIRED_VERSION: (
        "INVALID_ARGUMENT",
        "Version is deprecated.",
        "request_error",
        "UNSUPPORTED_VERSION",
    ),
    GoogleFaultKind.NO_DATE_FILTER: (
        "INVALID_ARGUMENT",
        "'lead_form_submission_data.submission_date_time' is not filterable.",
        "query_error",
        "PROHIBITED_FIELD_IN_WHERE_CLAUSE",
    ),
}


def refusal(fault: GoogleFault) -> RefusedError | None:
    """Return what is answered in place of rows, or None if the fault spoils the rows instead."""
    if fault.kind is GoogleFaultKind.QUOTA:
        return _quota(fault.options)
    if fault.kind in _STATUS_ALONE:
        return RefusedError(*_STATUS_ALONE[fault.kind])
    if fault.kind in _WITH_REASON:
        status, message, category, code = _WITH_REASON[fault.kind]
        return RefusedError(
            status, message, Reason(category, str(fault.options.get("error", code)))
        )
    return None


def _quota(options: Options) -> RefusedError:
    if options.get("is_bare"):
        return RefusedError("RESOURCE_EXHAUSTED", "Resource has been exhausted.")
    reason = Reason(
        category="quota_error",
        code=str(options.get("error", "RESOURCE_TEMPORARILY_EXHAUSTED")),
        rate_scope=str(options.get("scope", "ACCOUNT")),
        retry_seconds=float(options.get("seconds", 0)),
    )
    return RefusedError("RESOURCE_EXHAUSTED", "Too many requests. Retry later.", reason)
