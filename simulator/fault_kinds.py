"""What can go wrong at Meta, and when.

Source: developers.facebook.com, docs/graph-api/guides/error-handling and …/overview/rate-limiting,
v26.0; the broken replies are those that users of the SDKs have reported.
"""

from collections.abc import Mapping
from enum import StrEnum

from simulator.schema import AD_FIELDS
from simulator.wire import Request

Options = Mapping[str, float | str]


class FaultKind(StrEnum):
    """One way to fail. Options are given in brackets, with their default."""

    LATENCY = "latency"  # seconds (0.2): the reply comes late
    THROTTLE = "throttle"  # minutes (1): 80005, and the header that says how long
    APP_THROTTLE = "app_throttle"  # 4, and X-App-Usage
    NEAR_LIMIT = "near_limit"  # percent (95), minutes (0): the reply is right, the headers warn
    TRANSIENT = "transient"  # code 2, is_transient
    TOO_MUCH_DATA = "too_much_data"  # above (50): code 1 while the limit is larger
    HTTP_500_EMPTY = "http_500_empty"  # above (0): 500 without a body while the limit is larger
    HTML_502 = "html_502"  # a gateway's page
    SERVICE_UNAVAILABLE = "service_unavailable"  # status (200): the words, in place of JSON
    TRUNCATED_BODY = "truncated_body"  # the connection closes half-way
    TRUNCATED_JSON = "truncated_json"  # 200 and a Content-Length that fits, but half an object
    DROPPED_CONNECTION = (
        "dropped_connection"  # is_reset (0): the connection closes before the first byte
    )
    EMPTY_PAGE = "empty_page"  # no rows, but a `next`: the rows come on the page after
    TRAILING_NEXT = "trailing_next"  # the last page has a `next`, which leads to an empty page
    NEXT_WITHOUT_CURSORS = "next_without_cursors"  # `after` stands in the text of `next` only
    MISSING_AFTER = "missing_after"  # cursors without `after`; it stands in `next` only
    NEXT_LEADS_NOWHERE = "next_leads_nowhere"  # a `next` without any cursor in it
    REPEATED_CURSOR = "repeated_cursor"  # `after` is the cursor that was asked with
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - subcode (463): 190
    PERMISSION_LOST = "permission_lost"  # code (200): 200 or 10
    LEAD_ACCESS_LOST = "lead_access_lost"  # 100/33
    BAD_AD_FIELDS = "bad_ad_fields"  # #100 while ad fields are asked for
    NO_LEGAL_CONTENT = "no_legal_content"  # form_id (any): #100 while legal_content is asked for
    NO_NESTED_TEST_LEADS = "no_nested_test_leads"  # #100 while test_leads is asked for as a field
    AUDIENCE_THROTTLE = "audience_throttle"  # minutes (1): 80003, and the header with it
    AUDIENCE_FLAGGED = "audience_flagged"  # 100/1713230
    AUDIENCE_TERMS = "audience_terms"  # 200/1870090
    INTEGER_IDS = "integer_ids"  # ids as JSON numbers
    CHECKBOXES_AS_DATA = "checkboxes_as_data"  # checkboxes as {"data": […]}
    BODY_AS_STRING = "body_as_string"  # custom_disclaimer.body as plain text


STANDING = frozenset(
    {
        FaultKind.TOO_MUCH_DATA,
        FaultKind.HTTP_500_EMPTY,
        FaultKind.BAD_AD_FIELDS,
        FaultKind.NO_LEGAL_CONTENT,
        FaultKind.NO_NESTED_TEST_LEADS,
        FaultKind.INTEGER_IDS,
        FaultKind.CHECKBOXES_AS_DATA,
        FaultKind.BODY_AS_STRING,
    }
)
"""Faults that are a property of the platform, not an event: scripted without `times`, they stay."""

ON_ANY_PATH = frozenset(
    {
        FaultKind.NO_LEGAL_CONTENT,
        FaultKind.NO_NESTED_TEST_LEADS,
        FaultKind.INTEGER_IDS,
        FaultKind.CHECKBOXES_AS_DATA,
        FaultKind.BODY_AS_STRING,
    }
)
"""Faults that, scripted without a path, are not about the leads of a form alone."""

ON_AUDIENCES = frozenset(
    {
        FaultKind.AUDIENCE_THROTTLE,
        FaultKind.AUDIENCE_FLAGGED,
        FaultKind.AUDIENCE_TERMS,
    }
)
"""Faults that, scripted without a path, befall the removal of people from audiences."""

RECOVERABLE = (
    FaultKind.LATENCY,
    FaultKind.TRANSIENT,
    FaultKind.HTTP_500_EMPTY,
    FaultKind.HTML_502,
    FaultKind.SERVICE_UNAVAILABLE,
    FaultKind.TRUNCATED_BODY,
    FaultKind.TRUNCATED_JSON,
    FaultKind.DROPPED_CONNECTION,
    FaultKind.EMPTY_PAGE,
    FaultKind.TRAILING_NEXT,
)
"""Faults after which the same question, or the next page, brings every lead, without a wait."""


def applies(kind: FaultKind, request: Request, options: Options) -> bool:
    """Say whether a fault can befall a request at all.

    Raises:
        GraphError: the request itself is faulty, which comes first.
    """
    match kind:
        case FaultKind.TOO_MUCH_DATA:
            return request.limit > float(options.get("above", 50))
        case FaultKind.HTTP_500_EMPTY:
            return request.limit > float(options.get("above", 0))
        case FaultKind.BAD_AD_FIELDS:
            return bool(AD_FIELDS & request.names())
        case FaultKind.NO_NESTED_TEST_LEADS:
            return "test_leads" in request.names()
        case FaultKind.NO_LEGAL_CONTENT:
            form_id = options.get("form_id")
            concerns = {None, *request.segments, *request.params.get("ids", "").split(",")}
            is_listed = request.segments[-1:] == ("leadgen_forms",)
            return "legal_content" in request.names() and (form_id in concerns or is_listed)
        case _:
            return True
