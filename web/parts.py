"""What every route needs: the open installation, the connectors, and what counts and logs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from fastapi import FastAPI, Request

from connectors.base import Connector
from pipeline import wiring
from pipeline.link_signer import LinkSigner
from pipeline.settings import ConfiguredSource, Settings
from pipeline.wiring import House
from web.counts import Counts
from web.intake import Intake


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running web process. `sources` and `connectors` are all, by source id."""

    house: House
    signer: LinkSigner
    sources: Mapping[str, ConfiguredSource]
    connectors: Mapping[str, Connector]
    intake: Intake
    counts: Counts
    log: structlog.typing.FilteringBoundLogger

    @property
    def settings(self) -> Settings:
        """Return the configuration."""
        return self.house.settings

    def source(self, source_id: str) -> ConfiguredSource | None:
        """Return a source by its id."""
        return self.sources.get(source_id)


def parts_of(house: House, wake: Callable[[], None] = lambda: None) -> Parts:
    """Put the parts together; `wake` is called whenever something new is in the inbox.

    Raises:
        ConfigError: no key for links is configured; with the cure.
    """
    signer = wiring.required_signer(house.settings)
    connectors = {source.id: wiring.build(source, signer) for source in house.settings.sources}
    log = structlog.get_logger()
    intake, counts = Intake(house.store, wake), Counts(log)
    sources = {source.id: source for source in house.settings.sources}
    return Parts(house, signer, sources, connectors, intake, counts, log)


def parts_in(request: Request) -> Parts:
    """Return the parts of the process that answers a request."""
    app: FastAPI = request.app
    found: Parts = app.state.parts
    return found
