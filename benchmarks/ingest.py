"""Pull leads from a local Graph server, as `leadledger pull` does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from benchmarks.graph_server import PAGE_ID, TOKEN

CONFIG = """
[store]
url = "{store}"
[keys]
suppression = {{ file = "key" }}
[[controllers]]
id = "nectra"
name = "Nectra Technologies"
privacy_contact = "privacy@nectra.example"
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "nectra"
page_id = "{page}"
access_token = {{ file = "token" }}
graph_url = "{url}"
page_size = {limit}
[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


def install(folder: Path, store: str, url: str, limit: int) -> Path:
    """Make an installation whose one source is the local server."""
    for name, text in (("key", "k" * 64), ("token", TOKEN)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(text)
    config = folder / "config.toml"
    config.write_text(CONFIG.format(store=store, page=PAGE_ID, url=url, limit=limit))
    return config


def ours(
    config: Path, environment: Mapping[str, str] = MappingProxyType({})
) -> Callable[[], tuple[int, int]]:
    """Pull everything; the work returns how many leads were stored, and how many calls it took."""
    from pipeline import wiring
    from pipeline.load_settings import load_settings
    from pipeline.pull import pull
    from pipeline.setup import upgrade_store

    settings = load_settings(config, environment)
    upgrade_store(settings)
    opened = wiring.open_house(settings)
    [source] = [each for each in settings.sources if each.kind == "meta_lead_ads"]
    connector = wiring.build(source)

    calls = _counted_calls()

    def work() -> tuple[int, int]:
        report = pull(opened.store, source, connector, wiring.now)
        for error in report.errors:
            raise error
        return report.taken.counts["stored"], len(calls)

    return work


def _counted_calls() -> list[None]:
    """Return a list that grows by one with each request that leaves this process."""
    import requests

    calls: list[None] = []
    send = requests.Session.send

    def counted(self: requests.Session, *given: Any, **named: Any) -> requests.Response:
        calls.append(None)
        return send(self, *given, **named)

    requests.Session.send = counted  # type: ignore[method-assign]
    return calls
