"""Say whether the keys of this installation can be used."""

from collections.abc import Iterator

from models.store import Store
from pipeline.finding import Fault, Finding
from pipeline.key_history import lost_links_keys
from pipeline.settings import Settings

SHORTEST_KEY = 32


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for the key of the suppression list, and one for those of links."""
    yield _suppression(settings)
    yield _links(settings)


def _suppression(settings: Settings) -> Finding:
    if any(len(key) < SHORTEST_KEY for key in settings.suppression_key.every):
        return Finding(
            "keys.suppression",
            False,
            f"shorter than {SHORTEST_KEY} characters. Cure: use the one `leadledger init` made.",
            Fault.SUPPRESSION_KEY_SHORT,
        )
    return Finding("keys.suppression", True, "present, long enough, readable by this user only")


def _links(settings: Settings) -> Finding:
    if not settings.links_keys:
        return Finding(
            "keys.links",
            None,
            "none, so `leadledger serve` cannot start. Cure: see docs/receiving.md, or leave it if"
            " nothing is received.",
            Fault.LINKS_KEY_MISSING,
        )
    return Finding("keys.links", True, f"{len(settings.links_keys)}, the last one signs")


def check_known_links(store: Store, settings: Settings) -> Iterator[Finding]:
    """Name each key that has signed links and is gone: people could not opt out by those links."""
    for fingerprint in lost_links_keys(store, settings):
        yield Finding(
            "keys.links",
            None,
            f"the key {fingerprint} has signed links and is not there any more, so those links"
            " answer nobody. Cure: put it back as the first of keys.links; leave it out only if it"
            " was given away.",
            Fault.LINKS_KEY_LOST,
        )
