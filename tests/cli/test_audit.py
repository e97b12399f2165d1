"""docs/audit.md answers every question of an auditor, by commands that run on the demo."""

import csv
import json
import re
from pathlib import Path

import pytest

from models.store import Store
from tests.cli.conftest import Office
from tests.cli.running import Ended, Shell
from tests.documents import ROOT, arguments, blocks, coded, rows, text_of, typed
from tests.test_docs import COMMANDS

PAGE = text_of(ROOT / "docs" / "audit.md")
QUESTIONS = (
    "Show consent for this person",
    "Show the exact form and wording seen",
    "Where did this record come from?",
    "Why was this person contacted on date D?",
    "Who received it?",
    "Prove opt-outs are honoured",
    "Prove nothing outlives 24 months",
    "Register screening",
    "Legitimate-interest uses",
    "Soft opt-in uses",
    "Rights log",
    "Complaints log",
    "Breach log",
    "Processor segregation",
    "Integrity of the log",
    "Erasure proof",
)
SOMEBODY = "maya@shop.example"
SOME_KEY = "01a204f8-9ee0-71a3-80fe-1ebc5146ec6e"
SHOWN = [
    words
    for block in blocks(PAGE, "console")[1:]
    for words in map(arguments, typed(block))
    if words is not None
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A demo in which somebody opted out and somebody was erased."""
    shell = Shell(tmp_path_factory.mktemp("audited"))
    assert shell("demo", "--dir", "demo", "--no-serve", "--leads", "40").code == 0
    return shell


@pytest.fixture(scope="module")
def people(demo: Shell) -> list[dict[str, str]]:
    """Who was in the demo's list; the last but one opted out, the last was erased."""
    path = demo.folder / "demo" / "marketing-by-email.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    gone = found[-2]["identifier"]
    assert demo("optout", gone, "--config", "demo/config.toml").code == 0
    return found


@pytest.fixture(scope="module")
def certificate(demo: Shell, people: list[dict[str, str]]) -> str:
    """The id of the certificate of an erasure."""
    words = ("erase", people[-1]["identifier"], "--yes", "--json", "--config", "demo/config.toml")
    ended = demo(*words)
    found: str = json.loads(ended.out)["id"]
    return found


def answered(
    demo: Shell, people: list[dict[str, str]], certificate: str, words: list[str]
) -> Ended:
    """Run a command as the page shows it, about somebody who is there."""
    somebody = people[0]["identifier"]
    key = certificate
    if "wording" in words:
        asked = demo("audit", "consent", somebody, "--json", "--config", "demo/config.toml").json
        key = asked["facts"]["history"][0]["consent"]
    changes = {SOMEBODY: somebody, SOME_KEY: key}
    return demo(*(changes.get(word, word) for word in words))


def test_every_question_has_a_command_that_exists_and_is_shown() -> None:
    table = rows(PAGE)[1:]
    assert [cells[0] for cells in table] == list(QUESTIONS)
    shown = {" ".join(words) for words in SHOWN}
    for cells in table:
        [command] = coded(cells[1])
        name = command.removeprefix("leadledger ")
        assert name in COMMANDS
        assert any(words.startswith(f"{name} ") for words in shown), name
        assert cells[3]


def test_every_command_of_the_group_answers_a_question() -> None:
    listed = {coded(cells[1])[0].removeprefix("leadledger ") for cells in rows(PAGE)[1:]}
    assert {name for name in COMMANDS if name.startswith("audit ")} < listed | {"provenance"}


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_what_the_page_shows_is_answered_on_the_demo_and_all_is_zero(
    demo: Shell, people: list[dict[str, str]], certificate: str, words: list[str]
) -> None:
    told = answered(demo, people, certificate, words)
    assert told.code == 0, told
    data = answered(demo, people, certificate, [*words, "--json"]).json
    if words[0] != "audit":
        return
    assert data["clean"] is True
    assert data["rests_on"]
    assert told.out.startswith(data["question"])
    for person in people:
        assert person["identifier"] not in told.out + json.dumps(data)


def test_an_answer_with_something_that_must_be_zero_ends_with_1_or_6(
    stocked: Office, tmp_path: Path
) -> None:
    out = tmp_path / "list.csv"
    words = ("--purpose", "direct_marketing", "--channel", "email", "--out", out)
    assert stocked("export", *words).code == 0
    store: Store = stocked.store()
    with store.writing("nectra") as connection:
        connection.exec_driver_sql("UPDATE ledger SET body = replace(body, '\"codes\"', '\"o\"')")
        connection.exec_driver_sql("UPDATE export SET codes = '{\"OK_SOFT_OPTIN\": 1}'")
    store.close()
    soft = stocked("audit", "soft-opt-in")
    assert soft.code == 1
    assert "NOT 0, AND MUST BE" in soft.err
    assert re.search(r"[1-9]\d* uses without a sale on record", soft.err)
    whole = stocked("audit", "log")
    assert whole.code == 6
    assert "rows with a wrong hash" in whole.err


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("audit", "opt-outs", "--since", "yesterday"), "--since is neither a day nor a time"),
        (("audit", "log", "--until", "2026-11-22T09:00:00"), "--until is neither"),
        (("audit", "rights", "--since", "2026-02-01", "--until", "2026-01-01"), "earlier one"),
        (("audit", "contact", "a@b.example", "--on", "Monday"), "--on is no day"),
        (("audit", "wording", "seven"), "no consent's id"),
        (("audit", "consent", "nobody"), "neither an e-mail address nor a telephone number"),
        (("audit", "erasure", "R-7"), "no erasure with this reference"),
        (("breach", "close", "seven"), "no breach's id"),
    ],
)
def test_what_was_mistyped_is_said_with_the_cure(
    office: Office, words: tuple[str, ...], cure: str
) -> None:
    ended = office(*words)
    assert ended.code == 2
    assert cure in ended.sentence


def test_a_breach_goes_through_its_life_by_commands(office: Office) -> None:
    texts = ("--nature", "A list went astray today.", "--effects", "Somebody may have read it.")
    words = ("--aware", "2026-01-01", "--kind", "confidentiality", "--risk", "risk", *texts)
    added = office("breach", "add", *words, "--action", "It was called back.")
    assert added.code == 0, added
    assert "tell the regulator by 2026-01-04 00:00 UTC (T-12). LATE" in added.err
    key = added.out.strip()
    assert key in office("breach", "list").out
    refused = office("breach", "close", key)
    assert (refused.code, "Not told yet: regulator" in refused.err) == (2, True)
    contains = ("nature", "contact", "consequences", "measures", "reasons_for_delay")
    parts = [word for each in contains for word in ("--contains", each)]
    assert office("breach", "notified", key, "--whom", "regulator", *parts).code == 0
    assert office("breach", "close", key, "--people", "7").code == 0
    [one] = office("breach", "list", "--json").json
    assert (one["people"], one["owed"][0]["missing"]) == (7, [])
    assert office("breach", "list", "--open").err == "The register is empty.\n"
    late = office("audit", "breaches")
    assert (late.code, "1 notices late or not given" in late.err) == (1, True)
