"""Say whether the keys of this installation can be used."""

from collections.abc import Iterator

from pipeline.finding import Finding
from pipeline.settings import Settings

SHORTEST_KEY = 32


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for the key of the suppression list, and one for those of links."""
    yield _suppression(settings)
    yield _links(settings)


def _suppression(settings: Settings) -> Finding:
    if len(settings.suppression_key) < SHORTEST_KEY:
        return Finding(
            "keys.suppression",
            False,
            f"shorter than {SHORTEST_KEY} characters. Cure: use the one `leadledger init` made.",
        )
    return Finding("keys.suppression", True, "present, long enough, readable by this user only")


def _links(settings: Settings) -> Finding:
    if not settings.links_keys:
        return Finding(
            "keys.links",
            None,
            "none, so `leadledger serve` cannot start. Cure: see docs/receiving.md, or leave it if"
            " nothing is received.",
        )
    return Finding("keys.links", True, f"{len(settings.links_keys)}, the last one signs")
