"""A new installation in an empty folder, up to its first source."""

import os
import re
import stat
from pathlib import Path

import pytest

from tests.alarming import SECRET
from tests.cli.running import Shell, keep_secret


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _without_comments(text: str) -> str:
    """Take away the `# ` before the example sources, as the file says to."""
    base, hint, examples = text.partition("# Take away the leading `#`")
    assert hint
    lines = examples.splitlines()[2:]
    return base + "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)


def test_a_new_installation_is_checked_without_a_fault(shell: Shell) -> None:
    made = shell("init")
    assert (made.code, made.out) == (0, "")
    assert "leadledger check\n" in made.err
    checked = shell("check", "--offline")
    assert (checked.code, checked.err) == (0, "")
    lines = checked.out.splitlines()
    assert {line.split()[0] for line in lines} == {"ok", "note"}
    notes = [line for line in lines if line.startswith("note")]
    assert len([note for note in notes if "policy gap" not in note]) == 6
    assert all("Cure:" in note for note in notes)
    assert any("placeholder" in note for note in notes)
    assert any("there is no backup yet" in note for note in notes)
    assert any("sources: none configured" in note for note in notes)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_what_is_made_is_for_this_user_only(shell: Shell) -> None:
    assert shell("init").code == 0
    made = {path.relative_to(shell.folder).as_posix() for path in shell.folder.rglob("*")}
    assert made == {"config.toml", "leads.db", "secrets", "secrets/suppression.key"} | {
        "secrets/links.key",
        "secrets/backup.key",
    }
    modes = {_mode(path) for path in shell.folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert _mode(shell.folder / "secrets") == 0o700


def test_a_second_init_is_refused_and_changes_nothing(shell: Shell) -> None:
    assert shell("init").code == 0
    key = (shell.folder / "secrets/suppression.key").read_text()
    ended = shell("init")
    assert ended.code == 2
    assert "config.toml exists already. Cure:" in ended.sentence
    assert (shell.folder / "secrets/suppression.key").read_text() == key


def test_another_folder_is_named_in_what_to_type_next(shell: Shell) -> None:
    made = shell("init", "--dir", "my agency")
    assert made.code == 0
    found = re.search(r"leadledger check --config .*", made.err)
    assert found is not None
    assert shell.line(f"{found[0]} --offline").code == 0


def test_a_folder_that_cannot_be_made_is_refused(shell: Shell) -> None:
    shell.folder.joinpath("file").touch()
    ended = shell("init", "--dir", "file/below")
    assert ended.code == 2
    assert "file/below cannot be written" in ended.sentence
    assert "Cure:" in ended.sentence


def test_the_example_sources_are_right_once_their_secrets_are_there(shell: Shell) -> None:
    assert shell("init").code == 0
    config = shell.folder / "config.toml"
    config.write_text(_without_comments(config.read_text(encoding="utf-8")), encoding="utf-8")

    unready = shell("check", "--offline")
    assert (unready.code, unready.err) == (4, "")
    assert "META_ACCESS_TOKEN is not set. Cure: export META_ACCESS_TOKEN=" in unready.out
    assert "meta_app_secret cannot be read" in unready.out

    shell.variables["META_ACCESS_TOKEN"] = "EAAB0example"
    shell.variables["META_ADS_TOKEN"] = "EAAB0example"
    shell.variables["FORM_WEBHOOK_SECRET"] = "a-signing-secret-of-the-tests"
    shell.variables["GOOGLE_WEBHOOK_KEY"] = "a-webhook-key-of-the-tests"
    shell.variables["GOOGLE_WEBHOOK_KEY_OF_FORM"] = "another-webhook-key-of-the-tests"
    keep_secret(shell.folder, "meta_app_secret", "0123456789abcdef")
    keep_secret(shell.folder, "meta_verify_token", "the-word-of-the-tests")
    keep_secret(shell.folder, "smtp_password", "a-password-of-the-tests")
    keep_secret(shell.folder, "imap_password", "a-password-of-the-tests")
    keep_secret(shell.folder, "google_service_account.json", "{}")
    keep_secret(shell.folder, "alarms_webhook", SECRET)
    ready = shell("check", "--offline")
    assert (ready.code, ready.err) == (0, "")
    assert "config: 6 source(s), no mistakes" in ready.out
    kinds = {
        "email": "email_inbox",
        "form": "form_webhook",
        "web": "web_form",
        "google": "google_lead_forms",
        "files": "lead_files",
        "meta": "meta_lead_ads",
    }
    for name, kind in kinds.items():
        assert f"sources[{name}-main]: {kind}" in ready.out
