"""The faults that put another reply in place of the answer."""

from collections.abc import Callable, Mapping

import orjson

from simulator.fault_kinds import FaultKind, Options
from simulator.graph_errors import (
    audience_flagged,
    audience_terms,
    bad_token,
    missing_permission,
    throttled,
    too_much_data,
    transient,
    unknown_field,
    unreadable,
)
from simulator.schema import AD_FIELDS
from simulator.wire import Reply, Request, error_reply


def instead(kind: FaultKind, request: Request, options: Options) -> Reply | None:
    """Return the reply that a fault puts in place of the answer, or None if it only changes it.

    Raises:
        GraphError: the reply is an error without special headers.
    """
    make = _INSTEAD.get(kind)
    return make(request, options) if make else None


def _throttle(request: Request, options: Options) -> Reply:
    minutes = int(options.get("minutes", 1))
    owner = request.segments[0] if request.segments else "0"
    return error_reply(throttled(80005), lead_usage(owner, 100, minutes))


def _app_throttle(_request: Request, _options: Options) -> Reply:
    return error_reply(throttled(4), app_usage(100))


def _audience_throttle(request: Request, options: Options) -> Reply:
    minutes = int(options.get("minutes", 1))
    usage = lead_usage(request.segments[0], 100, minutes, bucket="custom_audience")
    return error_reply(throttled(80003), usage)


def lead_usage(
    owner: str, percent: int, minutes: int, *, bucket: str = "leadgen"
) -> dict[str, str]:
    """Return the header for the bucket of lead reads; `minutes` until access comes back."""
    usage = {
        "type": bucket,
        "call_count": percent,
        "total_cputime": percent // 4,
        "total_time": percent // 4,
        "estimated_time_to_regain_access": minutes,
    }
    return {"X-Business-Use-Case-Usage": orjson.dumps({owner: [usage]}).decode()}


def app_usage(percent: int) -> dict[str, str]:
    """Return the header for the bucket of the app."""
    usage = {"call_count": percent, "total_time": percent // 4, "total_cputime": percent // 4}
    return {"X-App-Usage": orjson.dumps(usage).decode()}


def _html_502(_request: Request, _options: Options) -> Reply:
    page = (
        b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>Sorry</body></html>"
    )
    return Reply(502, page, content_type="text/html; charset=utf-8")


def _service_unavailable(_request: Request, options: Options) -> Reply:
    return Reply(int(options.get("status", 200)), b"Service Unavailable", content_type="text/plain")


def _expired_token(_request: Request, options: Options) -> Reply:
    return error_reply(bad_token(subcode=int(options.get("subcode", 463))))


def _permission_lost(_request: Request, options: Options) -> Reply:
    return error_reply(missing_permission(int(options.get("code", 200))))


def _lead_access_lost(request: Request, _options: Options) -> Reply:
    return error_reply(unreadable(request.segments[0] if request.segments else ""))


def _bad_ad_fields(request: Request, _options: Options) -> Reply:
    return error_reply(unknown_field(min(AD_FIELDS & request.names()), "Lead"))


_INSTEAD: Mapping[FaultKind, Callable[[Request, Options], Reply]] = {
    FaultKind.THROTTLE: _throttle,
    FaultKind.APP_THROTTLE: _app_throttle,
    FaultKind.TRANSIENT: lambda _request, _options: error_reply(transient()),
    FaultKind.TOO_MUCH_DATA: lambda _request, _options: error_reply(too_much_data()),
    FaultKind.HTTP_500_EMPTY: lambda _request, _options: Reply(500, b""),
    FaultKind.HTML_502: _html_502,
    FaultKind.SERVICE_UNAVAILABLE: _service_unavailable,
    FaultKind.DROPPED_CONNECTION: lambda _request, options: Reply(
        200, b"", is_dropped=True, is_reset=bool(options.get("is_reset", 0))
    ),
    FaultKind.EXPIRED_TOKEN: _expired_token,
    FaultKind.PERMISSION_LOST: _permission_lost,
    FaultKind.LEAD_ACCESS_LOST: _lead_access_lost,
    FaultKind.BAD_AD_FIELDS: _bad_ad_fields,
    FaultKind.AUDIENCE_THROTTLE: _audience_throttle,
    FaultKind.AUDIENCE_FLAGGED: lambda _request, _options: error_reply(audience_flagged()),
    FaultKind.AUDIENCE_TERMS: lambda _request, _options: error_reply(audience_terms()),
    FaultKind.NO_LEGAL_CONTENT: lambda _request, _options: error_reply(
        unknown_field("legal_content", "LeadgenForm")
    ),
    FaultKind.NO_NESTED_TEST_LEADS: lambda _request, _options: error_reply(
        unknown_field("test_leads", "LeadgenForm")
    ),
}
