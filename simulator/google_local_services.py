"""Local Services leads: people who rang, wrote or booked."""

from datetime import datetime
from random import Random

from simulator.google_accounts import LocalServicesLead
from simulator.people import Person

_LEAD_TYPES = ("PHONE_CALL", "MESSAGE", "BOOKING")
_STATUSES = ("NEW", "ACTIVE", "BOOKED", "DECLINED")


def lead_of(person: Person, account_id: str, at: datetime, rng: Random) -> LocalServicesLead:
    """Return what comes of a person who answers the advertisement.

    The number is Google's own, which leads on to the person by its extension: it is no identity.
    """
    lead_type = rng.choice(_LEAD_TYPES)
    is_call = lead_type == "PHONE_CALL"
    return LocalServicesLead(
        id=rng.randrange(10**9, 10**14),
        account_id=account_id,
        at=at,
        lead_type=lead_type,
        lead_status=rng.choice(_STATUSES),
        consumer_name=person.full_name,
        phone_number=f"+447700900{rng.randrange(1000):03d}",
        phone_number_extension=f"{rng.randrange(1000, 10000)}" if is_call else None,
        email=person.email if lead_type == "MESSAGE" else None,
    )
