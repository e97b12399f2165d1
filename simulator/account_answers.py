"""What the pretend Graph API says of the token, its user and the page.

Source: developers.facebook.com, docs/graph-api/reference/debug_token, v26.0; facebook-business 26,
adobjects/hasleadaccess.py.
"""

from datetime import datetime

from simulator.access import APP_ID, PAGE_TOKEN, TOKEN, USER_ID
from simulator.fields import named, project
from simulator.forms import Json
from simulator.graph_errors import bad_parameter
from simulator.schema import PAGE, USER
from simulator.wire import Request
from simulator.world import World


def me(world: World, request: Request) -> Json:
    """Return whose token it is: the system user's, or the page's own."""
    if request.token == PAGE_TOKEN:
        return page(world, request, PAGE.default)
    shown = {"id": USER_ID, "name": "Lead import"}
    return project(shown, request.fields or named(USER.default), USER)


def page(world: World, request: Request, default: tuple[str, ...]) -> Json:
    """Return the page, with its own token if that is asked for."""
    shown = {
        **world.page,
        "access_token": PAGE_TOKEN,
        "leadgen_tos_accepted": world.access.is_tos_accepted,
        "has_lead_access": _has_lead_access(world),
    }
    return project(shown, request.fields or named(default), PAGE)


def _has_lead_access(world: World) -> Json:
    has_permission = "leads_retrieval" in world.access.scopes
    has_access = world.access.can_access_lead
    shown: Json = {
        "app_has_leads_permission": has_permission,
        "user_has_leads_permission": has_access,
        "can_access_lead": has_access and has_permission,
        "enabled_lead_access_manager": not has_access,
        "is_page_admin": True,
        "page_id": world.page_id,
        "user_id": USER_ID,
    }
    if not shown["can_access_lead"]:
        shown["failure_reason"] = "The user or app lacks access to the page's leads."
        shown["failure_resolution"] = "Assign access in the Leads Access Manager."
    return shown


def subscribed_apps(world: World) -> list[Json]:
    """Return the apps that the page tells of new leads; empty is the silence that has no error."""
    if not world.access.is_subscribed:
        return []
    return [{"id": APP_ID, "name": "Lead import", "subscribed_fields": ["leadgen"]}]


def debug_token(world: World, request: Request) -> Json:
    """Return what is known of `input_token`; times in Unix seconds, 0 means without end.

    Raises:
        GraphError: #100, no `input_token`.
    """
    if request.input_token is None:
        raise bad_parameter("The parameter input_token is required")
    if request.input_token not in {TOKEN, PAGE_TOKEN}:
        error = {"code": 190, "message": "Invalid OAuth access token."}
        return {"is_valid": False, "error": error, "scopes": []}
    access = world.access
    is_page = request.input_token == PAGE_TOKEN
    shown: Json = {
        "app_id": APP_ID,
        "type": "PAGE" if is_page else "SYSTEM_USER",
        "application": "Lead import",
        "data_access_expires_at": _unix(access.data_access_expires_at),
        "expires_at": _unix(access.expires_at),
        "is_valid": True,
        "issued_at": int(world.now.timestamp()) - 86_400,
        "scopes": list(access.scopes),
        "granular_scopes": [
            {"scope": scope, "target_ids": [world.page_id]} for scope in access.scopes
        ],
        "user_id": USER_ID,
    }
    return shown | ({"profile_id": world.page_id} if is_page else {})


def _unix(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())
