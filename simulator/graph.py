"""What the pretend Graph API answers to each request. Pure but for the world it reads."""

import hashlib
import hmac

from simulator.access import AD_ACCOUNT_ID, PAGE_TOKEN, TOKEN
from simulator.account_answers import debug_token, me, page, subscribed_apps
from simulator.audience_answers import ad_account, remove_users
from simulator.form_answers import form_object, form_page
from simulator.forms import Json
from simulator.graph_errors import (
    GraphError,
    bad_parameter,
    bad_proof,
    bad_token,
    missing_proof,
    unknown_alias,
    unknown_field,
    unreadable,
    unsupported,
)
from simulator.lead_answers import lead_object, lead_page
from simulator.leads import Order
from simulator.schema import FORM, PAGE
from simulator.wire import Reply, Request, json_reply
from simulator.world import World

_MOST_IDS = 50


class Graph:
    """The answers of one world to one app."""

    def __init__(
        self, world: World, *, app_secret: str | None, is_proof_required: bool, order: Order
    ) -> None:
        self._world = world
        self._order = order
        self._app_secret = app_secret
        self._is_proof_required = is_proof_required

    def answer(self, request: Request) -> Reply:  # noqa: PLR0911 - one for each kind of path
        """Return the answer to a request.

        Raises:
            GraphError: the answer is an error.
        """
        self._authenticate(request)
        is_ad_account = request.segments[:1] == (f"act_{AD_ACCOUNT_ID}",)
        if request.method != "GET" and not is_ad_account:
            raise unsupported(request.method)
        match request.segments:
            case _ if is_ad_account:
                return json_reply(self._ad_account(request))
            case ():
                return json_reply(self._many(request))
            case ("me",):
                return json_reply(me(self._world, request))
            case ("me", "accounts"):
                shown = page(self._world, request, ("id", "name", "access_token"))
                return json_reply({"data": [shown]})
            case ("debug_token",):
                return json_reply({"data": debug_token(self._world, request)})
            case (object_id,):
                return json_reply(self._object(request, object_id))
            case (object_id, edge):
                return self._edge(request, object_id, edge)
            case _:
                raise GraphError(2500, f"Unknown path components: {request.path}")

    def _authenticate(self, request: Request) -> None:
        access = self._world.access
        if request.token not in {TOKEN, PAGE_TOKEN} or not access.is_valid:
            raise bad_token()
        if access.expires_at is not None and self._world.now >= access.expires_at:
            raise bad_token(subcode=463)
        if request.proof is None and self._is_proof_required:
            raise missing_proof()
        if request.proof is not None and self._app_secret is not None:
            proof = hmac.new(self._app_secret.encode(), request.token.encode(), hashlib.sha256)
            if not hmac.compare_digest(proof.hexdigest().encode(), request.proof.encode()):
                raise bad_proof()

    def _ad_account(self, request: Request) -> Json:
        match (request.method, *request.segments[1:]):
            case ("GET",):
                return ad_account(self._world)
            case ("DELETE", "usersofanyaudience"):
                return remove_users(self._world, request)
        raise unsupported(request.method)

    def _edge(self, request: Request, object_id: str, edge: str) -> Reply:
        form = self._world.form(object_id)
        if form is not None and edge in {"leads", "test_leads"}:
            is_test_only = edge == "test_leads"
            rows = lead_page(self._world, self._order, request, form, is_test_only=is_test_only)
            return Reply(200, rows)
        if form is not None:
            raise unknown_field(edge, FORM.name)
        if object_id != self._world.page_id:
            raise unreadable(object_id)
        match edge:
            case "leadgen_forms":
                return json_reply(form_page(self._world, self._order, request))
            case "subscribed_apps":
                return json_reply({"data": subscribed_apps(self._world)})
            case _:
                raise unknown_field(edge, PAGE.name)

    def _object(self, request: Request, object_id: str) -> Json:
        if object_id == self._world.page_id:
            return page(self._world, request, PAGE.default)
        if (form := self._world.form(object_id)) is not None:
            return form_object(self._world, self._order, request, form, request.fields)
        if (lead := self._world.lead(object_id)) is not None:
            return lead_object(self._world, request.fields, lead)
        raise unreadable(object_id)

    def _many(self, request: Request) -> Json:
        """Return the objects of `ids`; how Meta treats one unreadable id among them is not known.

        Here the whole call fails with 803, the stricter of the two ways.
        """
        ids = [one for one in request.params.get("ids", "").split(",") if one]
        if not ids:
            raise bad_parameter("The parameter ids is required")
        if len(ids) > _MOST_IDS:
            raise bad_parameter(f"Too many IDs. Maximum: {_MOST_IDS}. Provided: {len(ids)}.")
        answers = {}
        for one in ids:
            try:
                answers[one] = self._object(request, one)
            except GraphError as error:
                if error.envelope.get("error_subcode") != 33:
                    raise
                raise unknown_alias(one) from error
        return answers
