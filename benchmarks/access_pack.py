"""Write the copies of people out of a full store, as `leadledger rights pack` does."""

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import ingest
from benchmarks.graph_server import graph_server
from benchmarks.measured import measure

PEOPLE = 25
UNREAD = 2_000
"""As many as are searched for one copy: see pipeline/pack_unread.py."""
_SET_ASIDE = """
INSERT INTO delivery (controller_id, id, source_id, listed_as_test, reason, detail, received_at,
    delete_after, media_type, payload, digest)
SELECT controller_id, id, source_id, 0, 'not_json', '', received_at, expires_at, media_type,
    payload, commitment FROM lead ORDER BY id LIMIT ?
"""


def answered(leads: int) -> Iterator[tuple[int, list[float]]]:
    """Yield how much was unread, and the seconds of each copy, the first in a new process."""
    with tempfile.TemporaryDirectory(prefix="leadledger-bench-") as name:
        folder = Path(name)
        with graph_server(leads, 10, 500, 0.0) as url:
            config = ingest.install(folder, "sqlite:///leads.db", url, 500)
            measure(ingest.ours, config)
        for unread in (0, UNREAD):
            yield unread, measure(copies, config, folder / f"copies-{unread}", unread).value


def copies(config: Path, out: Path, unread: int) -> Callable[[], list[float]]:
    """Choose people and let some records be unread; the work returns the seconds of each copy."""
    from pipeline import wiring
    from pipeline.access_log import Looked, note_looks
    from pipeline.access_pack import write_pack
    from pipeline.load_settings import load_settings
    from pipeline.visitor import OPERATOR
    from policy.rights.packs import PackKind
    from policy.vocabulary import Identifier, IdentifierKind

    settings = load_settings(config, {})
    path = config.parent / "leads.db"
    with sqlite3.connect(path) as store:
        store.execute(_SET_ASIDE, (unread,))
        wanted = "SELECT value FROM identifier WHERE kind = 'email' AND person_id IS NOT NULL"
        emails = [value for (value,) in store.execute(wanted)]
    store.close()
    chosen = random.Random(7).sample(emails, PEOPLE)  # noqa: S311 - the same people each time
    opened = wiring.open_house(settings)
    out.mkdir()

    def note(look: Looked) -> None:
        note_looks(opened.store, OPERATOR, "rights pack", [look], wiring.now())

    def work() -> list[float]:
        seconds = []
        for number, email in enumerate(chosen):
            began = time.perf_counter()
            identifiers = [Identifier(IdentifierKind.EMAIL, email)]
            folder = out / str(number)
            write_pack(
                opened.store,
                settings,
                settings.controllers[0],
                identifiers,
                PackKind.ACCESS,
                folder,
                wiring.now(),
                note=note,
            )
            seconds.append(time.perf_counter() - began)
        return seconds

    return work
