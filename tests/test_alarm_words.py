"""What alarms say: nobody in it, every kind described, and every cure a command that exists."""

import re
from pathlib import Path

import pytest
import typer.main

from cli.main import app
from models.alarm import AlarmRecord
from models.ledger import LedgerRecord
from models.store import Store
from pipeline.alarm_message import AlarmMessage
from pipeline.alarm_settings import AlarmSettings
from pipeline.receive_request import Asked, receive_request
from policy.alarms import AlarmKind
from policy.rights.table import Right
from tests import build
from tests.alarming import SECRET, receiver, watchman
from tests.build import NOW, SUPPRESSION_KEY, controller, delivery, fields, kept, take
from tests.documents import coded, rows, section

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
CANARY = "zanzibar"


def test_the_page_describes_every_kind_and_every_setting() -> None:
    described = [coded(cells[0])[0] for cells in rows(section(PAGE, "## The kinds"))[1:]]
    assert sorted(described) == sorted(AlarmKind)
    assert [name for name in AlarmSettings.model_fields if f"{name}" not in PAGE] == []


@pytest.mark.parametrize("path", sorted((ROOT / "policy").glob("alarms*.py")), ids=lambda p: p.stem)
def test_a_cure_names_commands_that_exist_and_pages_that_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    named = set(re.findall(r"`leadledger ([a-z]+)", text))
    assert named <= set(commands)
    pages = re.findall(r"docs/[a-z-]+\.md", text)
    assert [page for page in pages if not (ROOT / page).exists()] == []


def test_nothing_of_a_person_is_told_kept_or_written_down(store: Store) -> None:
    source = build.source()
    with receiver() as web:
        one = watchman(store, source, webhook_url=web.url, webhook_secret=[SECRET], request_days=20)
        web.clock = one.clock
        given = fields(email=f"{CANARY}@mail.example", name=CANARY.title(), question=CANARY)
        take(store, source, delivery("1000001", given, at=NOW))
        asked = Asked(Right.ACCESS, CANARY, f"{CANARY}@mail.example", None, CANARY)
        receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW)
        one.clock.wait(days=800)
        one.ran("pull", "refused", source_id="meta-main", message="Refused. Make a new token.")
        one.round(free_bytes=1)
    told = {kind for _, kind, _ in web.alarms}
    assert told >= {"request_due", "mails_stuck", "source_refused", "disk_low"}
    whole = str(web.taken) + str(kept(store, AlarmRecord))
    whole += str([row for row in kept(store, LedgerRecord) if row.kind.startswith("alarm_")])
    assert CANARY not in whole.lower()
    assert "+44" not in whole


def test_a_test_says_that_nothing_is_wrong() -> None:
    message = AlarmMessage("webhook", "https://leads.my-agency.example", (), NOW)
    assert "Nothing is wrong." in message.text()
    assert message.worst is None
