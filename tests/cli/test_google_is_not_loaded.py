"""Google's package is heavy: nobody loads it who does not pull from Google."""

import sys

import pytest

from tests.cli.conftest import Office
from tests.cli.test_import import _recent

WITHOUT_GOOGLE = """
import sys
from cli.main import main
sys.argv = ["leadledger", *{words!r}]
try:
    main()
except SystemExit as end:
    loaded = {{name.split(".")[0] for name in sys.modules}}
    print("ended", end.code, *sorted(loaded & {{"google", "grpc", "proto", "openpyxl"}}))
"""
GOOGLE = """
[[sources]]
id = "google-main"
kind = "google_lead_forms"
controller = "nectra"
time_zone = "Europe/London"
webhook_key = {{ file = "{key}" }}
"""


def ended(office: Office, *words: object) -> str:
    """Run a command in a process that says at its end what it had loaded."""
    program = WITHOUT_GOOGLE.format(words=[str(word) for word in words])
    shown = office.run([sys.executable, "-c", program])
    return shown.out.splitlines()[-1]


@pytest.fixture
def with_google(office: Office) -> Office:
    """An installation that has a Google source beside Meta's."""
    key = office.folder / "webhook.key"
    key.touch(mode=0o600)
    key.write_text("a-webhook-key-of-the-tests")
    path = office.folder / "config.toml"
    path.write_text(path.read_text() + GOOGLE.format(key=key.name))
    return office


def test_the_import_of_a_meta_file_loads_nothing_of_google(with_google: Office) -> None:
    path = _recent("sheet_export_utf8_commas.csv", with_google.folder)
    assert ended(with_google, "import", path, "--source", "meta-main") == "ended 0"


def test_the_import_of_a_google_file_loads_nothing_of_google(with_google: Office) -> None:
    path = with_google.folder / "leads.csv"
    path.write_text(
        "Lead ID,Full Name,User Email,Submission time\n"
        "L1,Ann Lee,ann@mail.example,2026-11-20 10:00:00\n"
    )
    assert ended(with_google, "import", path, "--source", "google-main") == "ended 0"


@pytest.mark.parametrize("words", [("status",), ("check", "--offline"), ("leads", "list")])
def test_what_only_looks_loads_nothing_of_google(
    with_google: Office, words: tuple[str, ...]
) -> None:
    assert ended(with_google, *words).split()[2:] == []


def test_a_source_without_a_way_into_the_api_is_not_pulled_and_says_so(
    with_google: Office,
) -> None:
    shown = with_google("pull")
    assert "google-main: not pulled; its leads come by other ways." in shown.err
    named = with_google("pull", "google-main")
    assert named.code == 2
    assert "is not pulled" in named.sentence
