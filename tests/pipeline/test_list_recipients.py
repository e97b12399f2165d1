"""Who may be handed data and was, at any time, and what of it stands in the ledger."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import orjson

from models.export import add_export
from models.keys import new_keys
from models.ledger import LedgerKind, LedgerRecord
from models.recipient import RecipientRecord
from models.store import Store
from pipeline.declare import declare
from pipeline.list_recipients import ListedRecipient, list_recipients
from pipeline.recipient_settings import RecipientSettings
from policy.vocabulary import Channel, Purpose
from tests import build
from tests.build import NOW, controller, delivery, kept, take
from tests.pipeline.erasing import listed

DAY = timedelta(days=1)
TERM = {"reference": "DPA-2", "from": date(2026, 1, 1), "until": date(2026, 12, 1)}


def _declared(store: Store, at: int, *recipients: RecipientSettings) -> None:
    known = build.settings(str(store.url), build.source())
    declare(store, replace(known, recipients=recipients), NOW + at * DAY)


def _at(store: Store, days: int) -> list[ListedRecipient]:
    return list_recipients(store, [controller()], NOW + days * DAY)


def test_what_a_recipient_was_can_be_said_of_any_time(store: Store) -> None:
    """RCP-5."""
    _declared(store, 0, build.recipient())
    _declared(store, 1, build.recipient())
    _declared(store, 2, build.recipient(contract=TERM))
    _declared(store, 4)
    _declared(store, 6, build.recipient())
    assert [row.version for row in kept(store, RecipientRecord)] == [1, 2, 3]
    contracts = [[each.contract for each in _at(store, day)[1:]] for day in (-1, 0, 1, 2, 4, 6)]
    assert contracts == [[], ["DPA-1"], ["DPA-1"], ["DPA-2"], [], ["DPA-1"]]
    [_, then] = _at(store, 2)
    assert (then.missing, then.contract_until) == (("contract_ends_soon",), date(2026, 12, 1))
    assert [each.id for each in _at(store, -1)] == ["internal"]


def test_each_change_stands_in_the_ledger_without_the_name(store: Store) -> None:
    person = build.recipient("caller", name="Priya Sharma")
    _declared(store, 0, person)
    _declared(store, 1, person)
    _declared(store, 2, person.model_copy(update={"country": "FR"}))
    _declared(store, 3)
    rows = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.RECIPIENT_DECLARED]
    details = [orjson.loads(row.body)["detail"] for row in rows]
    assert [(each.get("country"), each["is_configured"]) for each in details] == [
        ("GB", True),
        ("FR", True),
        (None, False),
    ]
    assert {each["recipient"] for each in details} == {"caller"}
    assert details[0]["contract_since"] == "2020-01-01"
    assert "Sharma" not in str(details)


def test_what_each_was_handed_is_counted_and_who_is_not_registered_is_named(
    store: Store, tmp_path: Path
) -> None:
    take(store, build.declared(store), delivery())
    _declared(store, 0, build.recipient("sales"), build.recipient("idle"))
    for number in (1, 2):
        listed(store, tmp_path / f"{number}.csv", at=NOW + number * DAY)
    old = {
        "controller_id": "nectra", "id": new_keys(1, NOW)[0], "format": "csv", "actor": "sales",
        "purpose": Purpose.DIRECT_MARKETING, "channel": Channel.EMAIL, "opened_at": NOW,
        "recipient": "Call centre", "closed_at": NOW, "row_count": 3,
    }  # fmt: skip
    with store.writing("nectra") as connection:
        add_export(connection, old)
    found = {each.id: each for each in _at(store, 2)}
    assert list(found) == ["internal", "Call centre", "idle", "sales"]
    sales, idle, unknown = found["sales"], found["idle"], found["Call centre"]
    assert (sales.lists, sales.people, sales.last_at) == (2, 2, NOW + 2 * DAY)
    assert (idle.lists, idle.people, idle.last_at) == (0, 0, None)
    assert (unknown.lists, unknown.people, unknown.missing) == (1, 3, ("not_registered",))
    assert {each.id: each.lists for each in _at(store, 1)}["sales"] == 1
