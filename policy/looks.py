"""What a look at a source was about, and what it found."""

from datetime import datetime
from typing import NamedTuple

from policy.vocabulary import Word


class Looked(Word):
    """What was looked at. Kept under this name; the list only grows."""

    ACCESS = "access"  # whether we are let in at all
    EXPIRY = "expiry"  # how long the access lasts
    PERMISSION = "permission"  # whether all may be read that leads and their proof need
    SUBSCRIPTION = "subscription"  # whether we are told of news
    CLOCK = "clock"
    REACH = "reach"  # whether there is an answer
    SETUP = "setup"  # how it was set up: shown, and never an alarm


class Look(NamedTuple):
    """The outcome of one look at one thing. Times are aware.

    `since` is when it became so. `ends_at` is when what was looked at stops working.
    """

    about: Looked
    subject: str
    is_ok: bool
    message: str
    since: datetime
    looked_at: datetime
    ends_at: datetime | None = None
