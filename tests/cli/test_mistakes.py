"""What an operator can get wrong: a sentence each, with cure and exit code."""

from pathlib import Path

import pytest

from tests.cli.conftest import Office
from tests.cli.running import Shell, configuration

USE = ("--purpose", "direct_marketing", "--channel", "email")
NOBODY = "01a204f8-3109-725e-8c22-1d767788dc74"


def _edit(office: Office, old: str, new: str) -> None:
    text = (office.folder / "config.toml").read_text(encoding="utf-8")
    assert old in text
    office.configure(text.replace(old, new))


def test_no_configuration_at_all(shell: Shell) -> None:
    ended = shell("pull")
    assert ended.code == 4
    assert "There is no config.toml. Cure: run `leadledger init` here" in ended.sentence
    elsewhere = Shell(shell.folder, {"LEADLEDGER_CONFIG": "/nowhere/leads.toml"})("status")
    assert elsewhere.code == 4
    assert "/nowhere/leads.toml" in elsewhere.sentence


def test_a_wrong_key(office: Office) -> None:
    _edit(office, "page_size", "page_sise")
    ended = office("status")
    assert ended.code == 4
    assert "page_sise" in ended.sentence
    assert "did you mean 'page_size'" in ended.sentence
    assert "Cure:" in ended.sentence


def test_several_mistakes_are_told_at_once(office: Office) -> None:
    _edit(office, "page_size = 20", 'page_sise = 20\nregion = "Britain"')
    _edit(office, "[store]\nurl", "[stoer]\nurl")
    ended = office("status")
    assert (ended.code, ended.out) == (4, "")
    head, *mistakes = ended.err.splitlines()
    assert "3 mistakes" in head
    assert len(mistakes) == 3
    assert all("Cure:" in mistake for mistake in mistakes)


def test_bad_toml(office: Office) -> None:
    office.configure("[store\nurl = 1\n")
    ended = office("status")
    assert ended.code == 4
    assert "config.toml is not valid TOML" in ended.sentence
    assert "line 1" in ended.sentence
    assert "Cure:" in ended.sentence


def test_a_missing_token(office: Office) -> None:
    del office.variables["META_ACCESS_TOKEN"]
    ended = office("pull")
    assert ended.code == 4
    assert "sources[meta-main].access_token" in ended.sentence
    assert "Cure: export META_ACCESS_TOKEN=" in ended.sentence


def test_a_token_written_into_the_configuration_is_refused_and_not_repeated(office: Office) -> None:
    _edit(office, '{ env = "META_ACCESS_TOKEN" }', '"EAAB-a-token-in-the-open"')
    ended = office("pull")
    assert ended.code == 4
    assert "Cure: write { env =" in ended.sentence
    assert "EAAB" not in ended.err


@pytest.mark.parametrize("what", ["a folder", "no text"])
def test_an_unreadable_configuration(office: Office, what: str) -> None:
    path = office.folder / "config.toml"
    path.unlink()
    if what == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"\xff\xfe\xfa")
    ended = office("status")
    assert ended.code == 4
    assert "config.toml cannot be read" in ended.sentence
    assert "Cure:" in ended.sentence


def test_an_unreadable_key(office: Office) -> None:
    key = office.folder / "secrets/suppression.key"
    key.chmod(0o644)
    open_to_all = office("status")
    assert open_to_all.code == 4
    assert f"Cure: chmod 600 {key}" in open_to_all.sentence
    key.unlink()
    missing = office("status")
    assert missing.code == 4
    assert "keys.suppression" in missing.sentence
    assert "Cure: create it" in missing.sentence


def test_a_source_that_is_not_configured(office: Office) -> None:
    for words in (
        ("pull", "meta-mian"),
        ("leads", "list", "--source", "meta-mian"),
        ("deliveries", "replay", "meta-mian"),
        ("import", "config.toml", "--source", "meta-mian"),
    ):
        ended = office(*words)
        assert ended.code == 2, words
        assert "There is no source 'meta-mian'. Cure: name one of: meta-main." in ended.sentence


def test_no_source_at_all(office: Office) -> None:
    office.configure(configuration())
    ended = office("pull")
    assert ended.code == 4
    assert "No source is configured. Cure: add [[sources]] to config.toml." in ended.sentence
    status = office("status")
    assert status.code == 0
    assert "No source is configured." in status.err
    assert status.out.startswith("kept beyond their time: 0")


def test_several_controllers_to_choose_from(office: Office) -> None:
    other = '[[controllers]]\nid = "other"\nname = "Other"\nprivacy_contact = "p@other.example"\n'
    _edit(office, "[[sources]]", f"{other}\n[[sources]]")
    unsaid = office("export", *USE, "--dry-run")
    assert unsaid.code == 2
    assert "Cure: add --controller with one of: nectra, other." in unsaid.sentence
    unknown = office("why", "priya@mail.example", *USE, "--controller", "third")
    assert unknown.code == 2
    assert "There is no controller 'third'. Cure: name one of: nectra, other." in unknown.sentence
    asked = office("why", "priya@mail.example", *USE, "--json").json
    assert [answer["controller"] for answer in asked] == ["nectra", "other"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("why", "priya", *USE), "neither an e-mail address nor a telephone number. Cure: write"),
        (("provenance", "@"), "neither an e-mail address nor a telephone number. Cure: write"),
        (("why", "p@mail.example", *USE, "--at", "2026-11-22"), "--at needs a time zone. Cure:"),
        (("why", "p@mail.example", *USE, "--at", "gestern"), "--at is no time. Cure: write"),
        (("leads", "show", "7"), "This is no lead's id. Cure: take one from"),
        (("leads", "show", NOBODY), f"There is no lead {NOBODY}. Cure: take an id from"),
        (("provenance", NOBODY), f"There is no lead {NOBODY}. Cure: take an id from"),
        (("export", *USE), "Cure: add --out FILE, or --dry-run"),
        (("export", *USE, "--dry-run", "--out", "a.csv"), "Cure: leave out either"),
        (("export", *USE, "--out", "list.doc"), "the name must say the format. Cure: end it in"),
        (("export", *USE, "--out", "no/where.csv"), "cannot be written: No such file"),
        (("export", *USE, "--out", "secrets"), "the name must say the format"),
        (("export", *USE, "--out", "taken.csv"), "taken.csv exists already. Cure: choose another"),
    ],
)
def test_a_command_that_cannot_be_carried_out(
    office: Office, words: tuple[str, ...], sentence: str
) -> None:
    taken = office.folder / "taken.csv"
    taken.write_text("mine")
    before = set(office.folder.iterdir())
    ended = office(*words)
    assert ended.code == 2
    assert sentence in ended.sentence
    assert taken.read_text() == "mine"
    assert {path for path in office.folder.iterdir() if path.suffix in {".csv", ".part"}} <= before


def test_a_folder_that_may_not_be_written_gets_no_list(stocked: Office) -> None:
    ended = stocked("export", *USE, "--out", "/proc/list.csv")
    assert ended.code == 2
    assert "/proc/list.csv cannot be written" in ended.sentence
    assert "nothing was handed over" in ended.sentence


def test_somebody_unknown_is_no_mistake(office: Office) -> None:
    ended = office("provenance", "nobody@mail.example")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "This identifier is not known here.\n"
    assert office("provenance", "nobody@mail.example", "--json").json == []


def test_a_key_that_is_not_ours_stops_no_help(tmp_path: Path) -> None:
    assert Shell(tmp_path, {"LEADLEDGER_CONFIG": "/nowhere"})("pull", "--help").code == 0
