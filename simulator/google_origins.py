"""The campaigns of an account."""

from collections.abc import Sequence
from random import Random

from simulator.google_accounts import Origin

_CAMPAIGNS = ("Search | brand", "Search | near me", "Performance Max | autumn")


def origins(rng: Random) -> Sequence[Origin]:
    """Return the ways that lead to the forms of one account; Performance Max has no ad groups."""
    found = []
    for name in _CAMPAIGNS:
        campaign_id, second_id = rng.randrange(10**10, 10**11), rng.randrange(10**11, 10**12)
        if name.startswith("Performance Max"):
            found.append(Origin(campaign_id, name, None, None, asset_group_id=second_id))
        else:
            ad_id = rng.randrange(10**11, 10**12)
            found.append(Origin(campaign_id, name, second_id, ad_id))
    return tuple(found)
