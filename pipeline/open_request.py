"""Write down a request that came by letter, telephone or word of mouth, as if the page had."""

from dataclasses import replace
from datetime import date, datetime

from models.store import Store
from pipeline.receive_request import Asked, Receipt, receive_request
from pipeline.settings import ControllerSettings
from policy.errors import UsageError
from policy.london import london_date
from policy.rights.steps import happened_at
from policy.suppression import SuppressionKeys


def open_request(
    store: Store,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    asked: Asked,
    on: date | None,
    made: tuple[str, datetime],
) -> Receipt:
    """Write a request down as of the London day on which it came (None: today).

    Marketing stops at once, as of that day. No mail asks who they are: an address in a letter
    proves nothing. Typed twice for the same earlier day it is one request. Rules: T-1, T-7, T-10.

    Raises:
        UsageError: nobody is named, or the day cannot be.
        ConfigError: the suppression list was made with another key; nothing was written.
        StoreError: nothing was written.
    """
    if not (asked.identifiers or asked.name.strip() or asked.text.strip()):
        raise UsageError(
            "Nobody is named, so nobody could be answered. Cure: give --email, --phone, --name or"
            " --text-file."
        )
    actor, now = made
    came = happened_at(on or london_date(now), (), now)
    noted = replace(asked, noted_at=now)
    return receive_request(store, controller, suppression_key, noted, came, actor)
