"""The errors of the Graph API, in its own envelope and words.

Source: developers.facebook.com, docs/graph-api/guides/error-handling, v26.0.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.forms import Json

UNREADABLE = (
    "Unsupported get request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
    "missing permissions, or does not support this operation. Please read the Graph API "
    "documentation at https://developers.facebook.com/docs/graph-api"
)


class GraphError(Exception):
    """An answer of the Graph API that is an error; the HTTP status is 400 unless said."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        kind: str = "OAuthException",
        status: int = 400,
        is_transient: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.envelope: Json = {"message": message, "type": kind, "code": code}
        if subcode is not None:
            self.envelope["error_subcode"] = subcode
        if is_transient is not None:
            self.envelope["is_transient"] = is_transient


def unreadable(object_id: str) -> GraphError:
    """Return 100/33: the object is missing, or the token may not see it. Meta says not which."""
    message = UNREADABLE.format(object_id=object_id)
    return GraphError(100, message, subcode=33, kind="GraphMethodException")


def unknown_alias(object_id: str) -> GraphError:
    """Return 803, what one unreadable id makes of a call for several."""
    return GraphError(803, f"(#803) Some of the aliases you requested do not exist: {object_id}")


def unsupported(method: str) -> GraphError:
    """Return 100/33 for what the simulator cannot do: it is read only."""
    message = f"Unsupported {method.lower()} request."
    return GraphError(100, message, subcode=33, kind="GraphMethodException")


def unknown_field(name: str, node: str) -> GraphError:
    """Return the #100 for a field that a node does not have."""
    return GraphError(
        100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})"
    )


def bad_parameter(what: str) -> GraphError:
    """Return the #100 for a parameter that cannot be read."""
    return GraphError(100, f"(#100) {what}")


def bad_token(*, subcode: int = 467) -> GraphError:
    """Return 190: 463 when the token has expired, 467 when it is none of ours."""
    why = {
        458: "The user has not authorized application.",
        460: "The session has been invalidated because the user changed their password.",
        463: "Session has expired.",
    }.get(subcode, "The session is invalid because the user logged out.")
    return GraphError(190, f"Error validating access token: {why}", subcode=subcode)


def bad_proof() -> GraphError:
    """Return the 100 for a proof that does not belong to token and secret."""
    return GraphError(
        100,
        "Invalid appsecret_proof provided in the API argument",
        kind="GraphMethodException",
    )


def missing_proof() -> GraphError:
    """Return the 100 of an app that demands a proof on every call."""
    return GraphError(
        100,
        "API calls from the server require an appsecret_proof argument",
        kind="GraphMethodException",
    )


def missing_permission(code: int = 200) -> GraphError:
    """Return 200 or 10: the token lacks `leads_retrieval`, or the page granted it no access."""
    message = {
        10: "(#10) Application does not have permission for this action",
        200: "(#200) Requires leads_retrieval permission to manage the object",
    }[code]
    return GraphError(code, message)


def audience_terms() -> GraphError:
    """Return the 200/1870090 of an ad account without the Custom Audience terms."""
    return GraphError(200, "Permissions error", subcode=1870090)


def audience_flagged() -> GraphError:
    """Return the 100/1713230 for an audience that may not be changed for now."""
    return GraphError(100, "(#100) Custom audience is flagged", subcode=1713230)


def throttled(code: int = 80005) -> GraphError:
    """Return a throttle: 80005 for the page's leads, 4 for the app. Status 400, never 429."""
    message = {
        4: "(#4) Application request limit reached",
        17: "(#17) User request limit reached",
        80003: (
            "(#80003) There have been too many calls to this ad-account's custom audience. Wait a"
            " bit and try again."
        ),
        80005: (
            "(#80005) There have been too many leadgen api calls to this Page account. Wait a bit "
            "and try again. For more info, please refer to "
            "https://developers.facebook.com/docs/graph-api/overview/rate-limiting."
        ),
    }[code]
    return GraphError(code, message)


def transient() -> GraphError:
    """Return code 2: temporary, to be tried again."""
    message = "An unexpected error has occurred. Please retry your request later."
    return GraphError(2, message, status=500, is_transient=True)


def too_much_data() -> GraphError:
    """Return code 1 for a page that is too large: to be tried again with a smaller limit."""
    message = "Please reduce the amount of data you're asking for, then retry your request"
    return GraphError(1, message, subcode=99, status=500)
