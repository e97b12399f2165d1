"""Data to stdout, words to stderr; whatever the shell does with them."""

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Office
from tests.cli.running import LEADLEDGER, Shell

TRICKY = "[red]Zoë[/red] \x1b[31m\x9b2J\u202e O'Hara 🐝"


def _leads(office: Office) -> list[Any]:
    found: list[Any] = office("leads", "list", "--json").json
    return found


def _rename(office: Office, lead_id: str, name: str) -> None:
    with sqlite3.connect(office.folder / "leads.db") as database:
        key = lead_id.replace("-", "")
        database.execute("UPDATE lead SET full_name = ? WHERE id = ?", (name, key))
    database.close()


def test_each_report_is_one_json_document_and_nothing_else(stocked: Office) -> None:
    lead = _leads(stocked)[0]["id"]
    use = ("--purpose", "direct_marketing", "--channel", "email")
    why = stocked("why", "nobody@mail.example", *use, "--json").json
    assert [(one["controller"], one["allowed"], one["known"]) for one in why] == [
        ("nectra", False, False)
    ]
    assert stocked("leads", "show", lead, "--json").json["id"] == lead
    assert stocked("provenance", lead, "--json").json[0]["leads"] == [lead]
    assert stocked("status", "--json").json["sources"][0]["last_outcome"] == "done"
    assert stocked("db", "current", "--json").json["is_current"] is True
    assert stocked("deliveries", "list", "--json").json == []
    assert stocked("deliveries", "replay", "--json").json[0]["source"] == "meta-main"
    counted = stocked("export", *use, "--dry-run", "--json").json
    assert (counted["file"], counted["export"]) == (None, None)
    written = stocked("export", *use, "--out", "list.csv", "--json").json
    assert written["file"] == "list.csv"
    assert written["allowed"] == counted["allowed"] > 0
    [pulled] = stocked("pull", "--json").json
    assert (pulled["outcome"], pulled["errors"]) == ("done", [])
    assert pulled["counts"].get("stored", 0) == 0


def test_a_pull_that_nobody_answers_is_reported_in_json_and_remembered(office: Office) -> None:
    ended = office("pull", "--json")
    assert ended.code == 5
    [report] = ended.json
    assert report["outcome"] == "unavailable"
    assert [error["code"] for error in report["errors"]] == ["source.unavailable"]
    status = office("status")
    assert (status.code, "unavailable" in status.out) == (0, True)
    assert "check the network" in status.err


def test_findings_are_one_json_document_with_the_exit_code_of_the_worst(office: Office) -> None:
    (office.folder / "secrets/suppression.key").write_text("short")
    ended = office("check", "--offline", "--json")
    assert ended.code == 4
    wrong = [finding["subject"] for finding in ended.json if finding["ok"] is False]
    assert wrong == ["keys.suppression"]


def test_words_go_to_stderr_and_nothing_is_coloured_without_a_terminal(stocked: Office) -> None:
    pulled = stocked("pull")
    assert pulled.out == ""
    assert pulled.err.startswith("meta-main: ")
    listed = stocked("leads", "list", "--limit", "3")
    assert listed.err == ""
    head, *rows = listed.out.splitlines()
    assert head.split()[0] == "id"
    assert len(rows) == 3
    use = ("--purpose", "direct_marketing", "--channel", "email")
    counted = stocked("export", *use, "--dry-run")
    assert "would be allowed" in counted.err
    assert "CONSENT_" in counted.out
    for ended in (pulled, listed, counted, stocked("status")):
        assert "\x1b" not in ended.out + ended.err
        assert "\r" not in ended.out + ended.err


def test_a_name_is_shown_as_it_was_written_but_never_steers_the_terminal(stocked: Office) -> None:
    lead = _leads(stocked)[0]["id"]
    _rename(stocked, lead, TRICKY)
    for ended in (stocked("leads", "list"), stocked("leads", "show", lead)):
        assert "[red]Zoë[/red] " in ended.out
        assert "O'Hara 🐝" in ended.out
        assert not set("\x1b\x9b\u202e") & set(ended.out)
    assert stocked("leads", "show", lead, "--json").json["name"] == TRICKY


def test_a_long_name_is_never_cut(stocked: Office) -> None:
    lead, name = _leads(stocked)[0]["id"], "Wolfeschlegelsteinhausen" * 9
    _rename(stocked, lead, name)
    assert name in stocked("leads", "list").out


def test_a_reader_that_leaves_early_is_no_fault(stocked: Office) -> None:
    ended = stocked.line("leadledger leads list --limit 60 --json | head -1; echo ${PIPESTATUS[0]}")
    assert ended.err == ""
    assert ended.out.splitlines()[0] == "["
    assert ended.out.splitlines()[1] in {"0", "141"}


def test_a_reader_that_is_gone_ends_the_command_quietly(stocked: Office) -> None:
    program = stocked.start("leads", "list")
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    words = program.stderr.read()
    program.stderr.close()
    assert (program.wait(30), words) == (141, "")


def test_closed_streams_are_no_fault(stocked: Office) -> None:
    assert stocked.line("leadledger leads list >&-").code == 0
    assert stocked.line("leadledger pull 2>&-").code == 0
    assert stocked.line("leadledger demo --leads 1 <&- >&- 2>&-").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_does_not_fit_is_said(stocked: Office) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [LEADLEDGER, "leads", "list"],
            cwd=stocked.folder,
            env=stocked.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 5
    [line] = ended.stderr.splitlines()
    assert "No space left" in line
    assert "Cure: make room" in line


def test_a_terminal_of_another_alphabet_gets_what_it_can_show(stocked: Office) -> None:
    _rename(stocked, _leads(stocked)[0]["id"], "Zoë 🐝")
    stocked.variables["PYTHONIOENCODING"] = "ascii"
    ended = stocked("leads", "list")
    assert ended.code == 0
    assert r"Zo\xeb" in ended.out
    names = [row["name"] for row in json.loads(stocked("leads", "list", "--json").out)]
    assert "Zoë 🐝" in names


def test_without_leads_the_next_step_is_said(office: Office) -> None:
    ended = office("leads", "list")
    assert (ended.code, ended.out) == (0, "")
    assert "leadledger pull" in ended.err
    assert office("leads", "list", "--json").json == []


def test_a_command_finds_its_configuration_by_variable_and_option(
    office: Office, tmp_path: Path
) -> None:
    config = office.folder / "config.toml"
    away = Shell(tmp_path / "secrets", office.variables)
    assert away("status").code == 4
    assert away("status", "--config", config).code == 0
    away.variables["LEADLEDGER_CONFIG"] = str(config)
    assert away("status").code == 0
