"""A file of anybody's making: look at it, describe it, rehearse, import."""

import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

from tests.cli.running import Shell, configuration, keep_secret, told
from tests.connectors import lead_files_corpus as corpus
from tests.documents import ROOT, blocks, section, text_of, typed
from tests.importing import HEADINGS, row, written

SOURCE = """
[[sources]]
id = "fair"
kind = "lead_files"
controller = "nectra"
form = "spring-fair-2026"
language = "en-GB"
privacy_url = "https://nectra.example/privacy"
date_format = "%d/%m/%Y %H:%M"
time_zone = "Europe/London"
"""
MAPPING = """
[sources.columns]
submitted_at = "Signed up at"
full_name = "Name"
email = "E-mail"
phone = "Phone"

[[sources.tick_boxes]]
key = "email_updates"
column = "Newsletter"
wording = "Yes, send me news by e-mail."
yes = ["yes"]
no = ["no"]

[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


@pytest.fixture
def agency(shell: Shell, sqlite_url: str) -> Shell:
    """An installation with a source of files whose columns are described."""
    assert sqlite_url.endswith("leads.db")
    keep_secret(shell.folder)
    describe(shell, SOURCE + MAPPING)
    return shell


def describe(shell: Shell, source: str) -> None:
    text = configuration() + source
    (shell.folder / "config.toml").write_text(text, encoding="utf-8")


def fair(folder: Path) -> Path:
    """Write a file with rows of every fate."""
    rows = [row(number) for number in range(4)]
    rows += [row(1), row(2, Name="person 2"), row(3, Newsletter="")]
    rows += [row(4, **{"Signed up at": "5 May"}), row(5, Phone="07700 900123")]
    rows += [row(6, **{"Signed up at": "17/05/2020 10:30"})]
    return written(folder / "fair.csv", rows)


def stored(shell: Shell) -> int:
    return len(shell("leads", "list", "--json").json)


def test_an_import_tells_what_became_of_each_row(agency: Shell) -> None:
    agency("optout", "p3@shop.example")
    path = fair(agency.folder)
    ended = agency("import", path, "--source", "fair")
    assert (ended.code, ended.out) == (3, "")
    head, *aside, advice = ended.err.splitlines()
    assert head == (
        f"{path}: 10 rows: 4 new (1 of them opted out), 1 known already, 2 known, with other bytes,"
        " 1 expired already, refused, 2 set aside (1 time_unreadable, 1 phone_ambiguous);"
        " 4 permissions by consent"
    )
    assert [each.split(":")[0].strip() for each in aside] == ["row 9", "row 10"]
    assert "deliveries list" in advice
    assert "shop.example" not in ended.err
    assert stored(agency) == 4


def test_a_dry_run_says_the_same_and_writes_nothing(agency: Shell) -> None:
    path = fair(agency.folder)
    database = agency.folder / "leads.db"
    before = database.read_bytes()
    ended = agency("import", path, "--source", "fair", "--dry-run")
    assert ended.code == 3
    assert database.read_bytes() == before
    assert "Nothing was written" in ended.err
    assert "10 rows: 4 new, 3 known already, 1 expired already, refused, 2 set aside" in ended.err
    assert "box 'email_updates': 7 ticked, 1 unclear" in ended.err
    assert "deliveries list" not in ended.err
    assert [line.split("  ")[0] for line in ended.out.splitlines()] == ["column", *HEADINGS]
    assert "tick box email_updates" in ended.out
    [report] = agency("import", path, "--source", "fair", "--dry-run", "--json").json
    assert (report["rows"], report["counts"]["stored"]) == (10, 4)
    assert report["reasons"] == {"time_unreadable": 1, "phone_ambiguous": 1}
    assert report["boxes"] == {"email_updates": {"ticked": 7, "unclear": 1}}
    assert report["columns"][0] == {
        "column": "Signed up at",
        "field": "submitted_at",
        "is_guess": False,
    }
    assert report["configuration"] is None


def test_a_source_without_a_description_imports_nothing_and_gets_a_proposal(
    agency: Shell,
) -> None:
    describe(agency, SOURCE)
    path = fair(agency.folder)
    refused = agency("import", path, "--source", "fair")
    assert refused.code == 2
    assert "`leadledger import fair.csv --dry-run` proposes it" in refused.sentence
    ended = agency("import", path, "--source", "fair", "--dry-run")
    assert ended.code == 0
    [proposed] = tomllib.loads(ended.out)["sources"]
    assert proposed["columns"]["email"] == "E-mail"
    assert "'Newsletter' could be tick_boxes (a guess)" in ended.err
    assert stored(agency) == 0


def test_a_proposal_needs_no_installation_and_loads_once_completed(shell: Shell) -> None:
    path = fair(shell.folder)
    ended = shell("import", path, "--dry-run")
    assert ended.code == 0
    keep_secret(shell.folder)
    describe(shell, "\n" + ended.out)
    assert shell("status").code == 4
    completed = ended.out
    for key, value in (
        ("controller", "nectra"),
        ("language", "en"),
        ("privacy_url", "https://nectra.example/privacy"),
        ("date_format", "%d/%m/%Y %H:%M"),
        ("time_zone", "Europe/London"),
        ("wording", "Yes, send me news."),
        ("purpose", "direct_marketing"),
    ):
        completed = completed.replace(f'{key} = "…"', f'{key} = "{value}"')
    describe(shell, "\n" + completed.replace('channels = ["…"]', 'channels = ["email"]'))
    looked = shell("import", path, "--source", "fair", "--dry-run")
    assert looked.code == 4
    assert "leadledger db upgrade" in looked.sentence
    assert shell("db", "upgrade").code == 0
    assert shell("import", path, "--source", "fair").code == 3
    assert stored(shell) == 4


def test_a_proposal_as_json_is_one_document(shell: Shell) -> None:
    path = fair(shell.folder)
    [found] = shell("import", path, "--dry-run", "--json").json
    assert tomllib.loads(found["configuration"])["sources"][0]["form"] == "fair"
    assert all(column["is_guess"] for column in found["columns"])
    assert "rows" not in found


def test_an_import_without_a_source_is_told_what_to_do(agency: Shell) -> None:
    ended = agency("import", fair(agency.folder))
    assert ended.code == 2
    assert "Cure: add --source, or --dry-run" in ended.sentence


def test_a_configured_choice_about_cookies_is_refused_with_its_place(agency: Shell) -> None:
    describe(agency, SOURCE + MAPPING.replace('"Newsletter"', '"ad_storage"'))
    ended = agency("import", fair(agency.folder), "--source", "fair")
    assert ended.code == 4
    assert "sources[fair].tick_boxes[0]" in told(ended.err)
    assert "no consent to be written to" in told(ended.err)


@pytest.mark.parametrize(
    "name",
    [path.name for path in corpus.payloads("files") if path.name.startswith("refused_")],
)
def test_a_file_that_cannot_be_read_is_refused_whole(agency: Shell, name: str) -> None:
    for words in ((), ("--dry-run",)):
        ended = agency("import", corpus.ROOT / "files" / name, "--source", "fair", *words)
        assert ended.code == 2
        assert name in ended.sentence
    assert stored(agency) == 0


def test_workbooks_are_loaded_only_for_workbooks_and_vendors_never() -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pipeline.propose_source import propose_source\n"
        f"propose_source(Path({str(corpus.ROOT / 'files' / 'commas.csv')!r}))\n"
        "heavy = {'openpyxl', 'google', 'grpc', 'facebook_business', 'pandas'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_documents_walk_through_a_file_as_they_say(shell: Shell) -> None:
    walk = section(text_of(ROOT / "docs" / "operations.md"), "## Import files")
    [described] = blocks(walk, "toml")
    assert shell("init", "--dir", "my-agency").code == 0
    with (shell.folder / "my-agency" / "config.toml").open("a", encoding="utf-8") as config:
        config.write("\n" + textwrap.dedent(described.text))
    written(shell.folder / "fair.csv", [row(1), row(2, Newsletter="")])
    of_any_file = [words for block in blocks(walk, "console") for words in typed(block)][2:]
    ended = [shell(*words[1:]) for words in of_any_file]
    assert [each.code for each in ended] == [0, 0, 0]
    assert 'form = "fair"' in ended[0].out
    assert "box 'email_updates': 1 ticked, 1 not ticked" in ended[1].err
    assert ended[2].err == "fair.csv: 2 rows: 2 new; 1 permission by consent\n"
