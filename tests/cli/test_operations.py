"""What docs/operations.md tells to do on the days that come once a year, typed as it stands."""

import re
import shlex
from pathlib import Path

from tests.cli.conftest import Office
from tests.documents import ROOT, blocks, section, text_of, typed

OPERATIONS = text_of(ROOT / "docs" / "operations.md")
OLD_KEY = "a-key-for-backups-of-the-tests-0123456789"
NEW_KEY = "another-key-for-backups-of-the-tests-0123"


def _guard(office: Office, key: str) -> None:
    office.variables["BACKUP_KEY"] = key
    office.variables["LEADLEDGER__KEYS__BACKUP"] = '{ env = "BACKUP_KEY" }'


def _backup(office: Office) -> Path:
    ended = office("backup", "--json")
    assert ended.code == 0, ended.err
    return Path(ended.json["file"])


def test_the_commands_of_an_upgrade_follow_each_other_as_they_are_written(stocked: Office) -> None:
    _guard(stocked, OLD_KEY)
    told = re.sub(r"(?m)^ {3}", "", section(OPERATIONS, "## A new version"))
    lines = [shlex.join(words) for block in blocks(told, "console") for words in typed(block)]
    assert [line.split()[1] for line in lines] == ["backup", "db", "check"]
    for line in lines:
        ended = stocked.line(line.replace("my-agency/", ""))
        assert ended.code == 0, ended.out + ended.err


def test_after_a_change_of_the_key_of_backups_the_new_ones_can_be_restored_and_no_old_one(
    stocked: Office,
) -> None:
    _guard(stocked, OLD_KEY)
    assert stocked("optout", "canary@shop.example").code == 0
    old = _backup(stocked)
    old = old.rename(old.with_name("old.backup"))
    _guard(stocked, NEW_KEY)
    assert "BAD   journal" in stocked("check", "--offline").out
    stocked.variables["LEADLEDGER__BACKUP__JOURNAL"] = "leads-2.journal"
    new = _backup(stocked)
    assert "BAD" not in stocked("check", "--offline").out
    refused = stocked("restore", old, "--into", "old")
    assert refused.code == 6
    assert "made with another key" in refused.sentence
    assert stocked("restore", new, "--into", "new").code == 0
    stocked.variables["LEADLEDGER__STORE__URL"] = "sqlite:///new/leads.db"
    assert stocked("restore", "--replay").code == 0
    why = ("canary@shop.example", "--purpose", "direct_marketing", "--channel", "email")
    assert "DENIED" in stocked("why", *why).out
