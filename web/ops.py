"""What operators' machines ask: alive, ready, and how much of everything."""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline import wiring
from pipeline.readiness import Readiness, readiness
from policy.alarms import AlarmKind
from web.parts import Parts, parts_in

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Not ready: what is wrong is named."}})
def readyz(request: Request) -> Response:
    """Say whether pushes can be taken in, and are worked on."""
    parts = parts_in(request)
    found = readiness(parts.house.store, wiring.now())
    faults = list(found.faults) if parts.intake.is_alive else [*found.faults, "intake"]
    said = {"status": "not ready" if faults else "ready", "faults": faults}
    return JSONResponse(said, 503 if faults else 200)


@router.get("/metrics", responses={404: {"description": "Whoever asks is no monitor."}})
def metrics(request: Request) -> Response:
    """Give the counts in Prometheus' format, to those whom the configuration names."""
    parts = parts_in(request)
    if not _is_monitor(request, parts):
        return JSONResponse({"detail": "Not Found"}, 404)
    found = readiness(parts.house.store, wiring.now())
    text = generate_latest(parts.counts.registry) + generate_latest(_Now(found))
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _is_monitor(request: Request, parts: Parts) -> bool:
    try:
        caller = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(caller in ip_network(each) for each in parts.settings.web.monitors)


class _Now(Collector):
    """How things stand at this moment, as gauges."""

    def __init__(self, found: Readiness) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self._found
        waiting = GaugeMetricFamily(
            "leadledger_inbox_waiting", "Pushes that wait to be worked on.", labels=("source",)
        )
        for source_id, count in found.waiting.items():
            waiting.add_metric((source_id,), count)
        yield waiting
        alarms = GaugeMetricFamily(
            "leadledger_alarms_open", "Alarms that stand, by kind.", labels=("kind",)
        )
        for kind in AlarmKind:
            alarms.add_metric((kind,), found.alarms.get(kind, 0))
        yield alarms
        for name, text, value in (
            ("inbox_oldest_seconds", "How long the oldest push has waited.", found.oldest_seconds),
            ("outbox_waiting", "Mails that wait to be sent.", found.mails),
            ("ready", "Whether everything is right.", int(not found.faults)),
            ("disk_free_bytes", "Room on the store's disk.", found.free_bytes or 0),
        ):
            yield GaugeMetricFamily(f"leadledger_{name}", text, value=value)
