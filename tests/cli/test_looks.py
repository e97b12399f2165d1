"""Whatever shows or writes out people is on the record of looks, under whichever name it goes."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from cli.doors import DOORS
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline import wiring
from policy.access import is_on_record
from tests.build import declared, delivery, fields, kept, source, take
from tests.cli.conftest import Office
from tests.cli.test_doors import SHOWS_NOBODY

PRIYA = "priya.sharma@mail.example"
ELSEWHERE = {"clients close"}
"""What is tried in `test_clients.py`, where there is a client who leaves."""


def _looks(store: Store) -> list[dict[str, Any]]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.PEOPLE_VIEWED]
    return [json.loads(row.body)["detail"] for row in rows]


def _typed(reference: str, complaint: str, other: str, out: Path) -> dict[str, tuple[object, ...]]:
    """Return how each command is typed that shows people and does something besides."""
    return {
        "optout": (PRIYA, "--dry-run"),
        "restrict add": (PRIYA, "--ground", "claims", "--dry-run"),
        "rectify": (PRIYA, "--field", "company=Tern Ltd", "--reason", "her letter", "--dry-run"),
        "erase": (PRIYA, "--dry-run"),
        "rights open": ("--right", "access", "--email", PRIYA),
        "rights ask": (reference, "--about", "identity", "--reason", "a letter"),
        "rights heard": (reference, "--about", "identity"),
        "rights extend": (reference, "--ground", "complexity", "--reasons", "many years of it"),
        "rights note": (reference, "--searched", "the archive"),
        "rights acknowledge": (complaint,),
        "rights pack": (PRIYA, "--out", out / "pack"),
        "rights answer": (reference, "--scope", "the archive", "--out", out / "answer"),
        "rights close": (reference,),
        "rights refuse": (other, "--reason", "excessive", *_SAYS),
    }


_ASKED = ("access", "complaint", "portability")
_SAYS = tuple(
    word
    for each in ("reasons", "complaint_to_us", "complaint_to_regulator", "court")
    for word in ("--says", each)
)


def test_whatever_shows_people_and_does_something_besides_is_on_record(office: Office) -> None:
    """Rule: STAFF-9."""
    store, now = office.store(), wiring.now()
    at = now - timedelta(days=1)
    take(store, declared(store, source()), delivery("1", fields(), at=at, received_at=now), at=now)
    opened = ("rights", "open", "--email", PRIYA, "--name", "Priya Sharma", "--right")
    access, complaint, other = (office(*opened, right).out.strip() for right in _ASKED)
    typed = _typed(access, complaint, other, office.folder)
    untried = {name for name, door in DOORS.items() if not is_on_record(door.action)}
    assert untried - SHOWS_NOBODY.keys() - {"rights pass-on"} - ELSEWHERE == typed.keys()
    for name, words in typed.items():
        before = len(_looks(store))
        ended = office(*name.split(), *words, "--json")
        assert ended.code == 0, (name, ended.err)
        assert {look["command"] for look in _looks(store)[before:]} == {name}
    [pack] = [look for look in _looks(store) if look["command"] == "rights pack"]
    assert (pack["count"], pack["narrowed_by"]) == (1, "identifier")
    told = office("staff", "log", "--json").out
    assert PRIYA not in told
    store.close()


def test_what_shows_nobody_leaves_no_look(office: Office) -> None:
    store = office.store()
    declared(store, source())
    opened = ("rights", "open", "--email", PRIYA, "--right", "access")
    reference = office(*opened).out.strip()
    assert office("rights", "note", reference, "--eu-law").code == 0
    assert _looks(store) == []  # what comes next, in words, names nobody
    store.close()
