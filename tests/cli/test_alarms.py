"""`leadledger alarms`, and what `status` and `check` say of alarms."""

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from cli.main import app
from pipeline import wiring
from pipeline.find_alarms import Surroundings
from pipeline.load_settings import load_settings
from pipeline.raise_alarms import raise_alarms
from pipeline.wiring import open_house
from policy.errors import ConfigError
from tests.alarming import SECRET, Clock, Receiver, receiver
from tests.cli.conftest import Office
from tests.cli.running import configuration, keep_secret, told
from tests.smtp import Postbox, mail_server

MAIL = """
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "privacy@nectra.example"
timeout_seconds = 5
"""
ALARMS = """
[alarms]
mail_to = ["operator@my-agency.example"]
webhook_url = "{url}"
webhook_secret = [{{ file = "secrets/alarms" }}]
"""


@pytest.fixture
def box() -> Iterator[Postbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def web() -> Iterator[Receiver]:
    with receiver(Clock(wiring.now())) as opened:
        yield opened


@pytest.fixture
def watched(office: Office, box: Postbox, web: Receiver) -> Office:
    """An installation whose alarms reach somebody."""
    keep_secret(office.folder, "alarms", SECRET)
    text = configuration() + MAIL.format(port=box.port) + ALARMS.format(url=web.url)
    office.configure(text)
    return office


def _run(office: Office, *words: str) -> tuple[int, str, str]:
    """Run a command in this process: one that leaves the logs of tests alone."""
    path = str(office.folder / "config.toml")
    ended = CliRunner().invoke(app, [*words, "--config", path], env=office.variables)
    return ended.exit_code, ended.stdout, ended.stderr


def _fill_the_disk(office: Office) -> None:
    opened = open_house(load_settings(office.folder / "config.toml", office.variables))
    raise_alarms(opened, wiring.now, Surroundings(free_bytes=1_000))
    opened.store.close()


def test_a_test_is_sent_by_every_way(watched: Office, box: Postbox, web: Receiver) -> None:
    code, out, _ = _run(watched, "alarms", "test")
    assert (code, out.splitlines()) == (
        0,
        ["mail:operator@my-agency.example: has taken the test", "webhook: has taken the test"],
    )
    assert box.mails[0]["Subject"] == "LeadLedger test: alarms reach you"
    assert [message["type"] for message in web.taken] == ["alarms.test"]


def test_a_rehearsal_of_the_test_sends_nothing(
    watched: Office, box: Postbox, web: Receiver
) -> None:
    code, out, _ = _run(watched, "alarms", "test", "--dry-run")
    assert code == 0
    assert "webhook: would be told" in out
    assert (box.mails, web.taken) == ([], [])


def test_a_way_that_fails_is_named_and_the_other_is_tried(watched: Office, web: Receiver) -> None:
    web.answers.append(500)
    code, out, _ = _run(watched, "alarms", "test", "--json")
    assert code == 5
    assert json.loads(out) == [
        {"target": "mail:operator@my-agency.example", "trouble": None},
        {"target": "webhook", "trouble": "it answers 500"},
    ]


def test_where_nobody_is_told_the_test_and_the_check_say_how(office: Office) -> None:
    ended = office("alarms", "test")
    assert ended.code == 4
    assert "set mail_to or webhook_url under [alarms]" in ended.sentence
    assert "note alarms: nobody is told" in told(_run(office, "check", "--offline")[1])


def test_what_is_wrong_is_listed_with_its_cure_and_shown_by_the_status(watched: Office) -> None:
    assert "No alarm stands." in watched("alarms", "list").err
    _fill_the_disk(watched)
    listed = watched("alarms", "list")
    assert listed.code == 0
    assert "disk low" in listed.out
    assert "Cure: Make room" in listed.err
    [one] = watched("alarms", "list", "--json").json
    named = (one["kind"], one["subject"], one["severity"])
    assert named == ("disk_low", "installation", "critical")
    assert one["told_at"] is not None
    assert "ALARM, critical, since" in watched("status").err


def test_the_check_names_a_way_that_could_not_be_told(watched: Office, web: Receiver) -> None:
    web.answers.append(503)
    _fill_the_disk(watched)
    code, out, _ = _run(watched, "check", "--offline")
    assert code == 4
    assert "alarms[webhook]: could not be told: it answers 503. Cure: mend it" in told(out)


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ('mail_to = ["operator@my-agency.example"]', "alarms.mail_to: no mail server"),
        ('mail_to = ["nobody"]', "alarms.mail_to[0]"),
        ('webhook_url = "http://alarms.example/in"', "must be an https address"),
        ('webhook_url = "https://alarms.example/in"', "needs a `webhook_secret`"),
        ('webhook_secret = [{ env = "SHORT" }]', "is no whsec_ and base64"),
        ("token_day = 3", "did you mean 'token_days'"),
    ],
)
def test_a_mistake_in_the_settings_of_alarms_is_named(
    office: Office, lines: str, mistake: str
) -> None:
    office.configure(f"{configuration()}\n[alarms]\n{lines}\n")
    office.variables["SHORT"] = "whsec_c2hvcnQ="
    with pytest.raises(ConfigError) as raised:
        load_settings(office.folder / "config.toml", office.variables)
    assert mistake in str(raised.value)
    assert "c2hvcnQ" not in str(raised.value)
