"""What the pretend Graph API says of an ad account, and whom it takes out of its audiences.

Source: developers.facebook.com, marketing-api, reference/ad-account/usersofanyaudience and
audiences/guides/custom-audiences, v26.0.
"""

import re
from collections.abc import Sequence

import orjson

from simulator.access import AD_ACCOUNT_ID
from simulator.forms import Json
from simulator.graph_errors import audience_terms, bad_parameter
from simulator.wire import Request
from simulator.world import World

MOST_ROWS = 10_000
_SCHEMAS = {"EMAIL_SHA256", "PHONE_SHA256"}
_HASH = re.compile(r"[0-9a-f]{64}")
_SAMPLES = 5


def ad_account(world: World) -> Json:
    """Return the ad account, and whether the terms of its audiences are accepted."""
    terms = {"custom_audience_tos": int(world.access.is_audience_tos_accepted)}
    return {"id": f"act_{AD_ACCOUNT_ID}", "account_id": AD_ACCOUNT_ID, "tos_accepted": terms}


def remove_users(world: World, request: Request) -> Json:
    """Take people out of every customer list; the world remembers the hashes.

    Raises:
        GraphError: 200/1870090 without the terms, #100 for a payload that cannot be read.
    """
    if not world.access.is_audience_tos_accepted:
        raise audience_terms()
    schema, rows = _payload(request)
    good = [row for row in rows if isinstance(row, str) and _HASH.fullmatch(row)]
    world.leave_audiences(schema, good)
    wrong = [row for row in rows if not (isinstance(row, str) and _HASH.fullmatch(row))]
    return {
        "audience_id": "0",
        "session_id": str(len(request.params["payload"]) * 1_000_003),
        "num_received": len(rows),
        "num_invalid_entries": len(wrong),
        "invalid_entry_samples": [str(row) for row in wrong[:_SAMPLES]],
    }


def _payload(request: Request) -> tuple[str, Sequence[object]]:
    try:
        payload = orjson.loads(request.params.get("payload", ""))
    except orjson.JSONDecodeError as cause:
        raise bad_parameter("The parameter payload is required") from cause
    schema, rows = payload.get("schema"), payload.get("data")
    if schema not in _SCHEMAS or not isinstance(rows, list):
        raise bad_parameter("param payload must have a known schema and data")
    if len(rows) > MOST_ROWS:
        raise bad_parameter(f"param payload has too many rows. Maximum: {MOST_ROWS}")
    return schema, rows
