"""What a token may do at the pretend Meta, and the credentials that its servers accept."""

from dataclasses import dataclass
from datetime import datetime

TOKEN = "EAAPretendSystemUserTokenOfTheSimulator"  # noqa: S105 - opens nothing but the simulator
"""The system user's token: what a user of the simulator puts where the real one goes."""
PAGE_TOKEN = "EAAPretendPageTokenOfTheSimulator"  # noqa: S105 - the same
"""The page's token, as `GET /{page_id}?fields=access_token` gives it out."""
APP_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - the same
"""The app secret that proofs are made with, unless the server is given another."""
APP_ID = "600000000000001"
AD_ACCOUNT_ID = "700000000000001"
USER_ID = "122000000000000001"

_SCOPES = (
    "leads_retrieval",
    "ads_management",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
    "pages_manage_ads",
)


@dataclass(slots=True)
class Access:
    """What the token may do; change it to rehearse a lost permission. Times are aware UTC."""

    can_access_lead: bool = True
    is_tos_accepted: bool = True
    is_audience_tos_accepted: bool = True
    is_subscribed: bool = True
    is_valid: bool = True
    scopes: tuple[str, ...] = _SCOPES
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
