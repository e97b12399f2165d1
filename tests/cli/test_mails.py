"""Mails as somebody at a keyboard meets them: from files, looked at, accepted."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Shell, configuration, keep_secret
from tests.connectors import email_corpus as corpus

SOURCE = """
[[sources]]
id = "inbox"
kind = "email_inbox"
controller = "nectra"
host = "127.0.0.1"
port = 9
security = "none"
username = "hello@my-agency.example"
password = { file = "secrets/imap_password" }
addresses = ["hello@my-agency.example"]
"""
NAMES = ("enquiry_plain", "optout_words_de", "right_access", "spam_flagged", "noted_news")


@pytest.fixture
def office(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    (tmp_path / "config.toml").write_text(configuration() + SOURCE, encoding="utf-8")
    keep_secret(tmp_path)
    keep_secret(tmp_path, "imap_password", "a-password-of-the-tests")
    assert shell("db", "upgrade").code == 0
    return shell


def maildir(folder: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for name in NAMES:
        (folder / "new" / name).write_bytes((corpus.ROOT / f"{name}.eml").read_bytes())
    return folder


def test_a_maildir_is_rehearsed_imported_and_looked_at(office: Shell) -> None:
    folder = maildir(office.folder / "mails")
    would = office("import", folder, "--source", "inbox", "--dry-run")
    said = (
        "5 rows: 1 new, 1 opt-out heard, 1 request by law, 1 message that calls for nothing,"
        " 1 set aside (1 spam)"
    )
    assert said in would.err.replace("\n", " ")
    done = office("import", folder, "--source", "inbox")
    assert (done.code, done.out) == (3, "")
    assert said in done.err.splitlines()[0]
    [waiting] = office("deliveries", "review", "inbox", "--json").json
    assert waiting["written"]["emails"] == "win@lottery.example"
    taken = office("deliveries", "accept", "inbox", waiting["id"])
    assert (taken.code, taken.err) == (0, "inbox: 1 new\n")
    [asked] = office("rights", "list", "--json").json
    assert (asked["right"], asked["due_on"]) == ("access", "2026-12-24")


def test_a_mail_that_names_nobody_can_be_read_where_somebody_looks_at_it(office: Shell) -> None:
    path = corpus.ROOT / "complaint_redacted.eml"
    assert office("import", path, "--source", "inbox").code == 3
    [waiting] = office("deliveries", "review", "inbox", "--json").json
    assert (waiting["reason"], waiting["position"]) == ("in_review", "message 1")
    assert waiting["written"]["from"] == "feedback@provider.example"
    told = " ".join(office("deliveries", "review", "inbox").out.split())
    assert "whom it is about. Look at it, and use `leadledger optout`." in told
    assert "The person asked you to unsubscribe them." in told
    again = office("deliveries", "accept", "inbox", waiting["id"])
    assert (again.code, again.err.splitlines()[0]) == (3, "inbox: 1 set aside (1 in_review)")


def test_the_status_counts_dead_addresses_and_complaints(office: Shell) -> None:
    for name in ("bounce_unknown_user", "complaint_abuse"):
        assert office("import", corpus.ROOT / f"{name}.eml", "--source", "inbox").code == 0
    assert "suppressed: 2 (1 by complaint, 1 as dead addresses)" in office("status").out
    because = json.loads(office("status", "--json").out)["suppressed_because"]
    assert because == {"bounce": 1, "complaint": 1}


def test_one_mail_and_an_mbox_are_read_and_the_same_mail_is_one(office: Shell) -> None:
    raw = (corpus.ROOT / "enquiry_plain.eml").read_bytes()
    single, box = office.folder / "one.eml", office.folder / "all.mbox"
    single.write_bytes(raw)
    other = (corpus.ROOT / "enquiry_html.eml").read_bytes()
    line = b"From someone Tue Nov 24 10:00:00 2026\n"
    box.write_bytes(b"".join(line + each.replace(b"\r\n", b"\n") + b"\n" for each in (raw, other)))
    assert "1 new" in office("import", single, "--source", "inbox").err
    assert "1 new, 1 known" in office("import", box, "--source", "inbox").err


def test_what_is_no_mail_is_refused_with_the_cure(office: Shell) -> None:
    path = office.folder / "notes.txt"
    path.write_text("nothing of the kind")
    refused = office("import", path, "--source", "inbox")
    assert refused.code == 2
    assert "is no mail, mbox or Maildir. Cure:" in refused.sentence
    (office.folder / "empty").mkdir()
    refused = office("import", office.folder / "empty", "--source", "inbox")
    assert "no Maildir. Cure:" in refused.sentence


def test_a_mailbox_that_cannot_be_reached_is_told_everywhere(office: Shell) -> None:
    pulled = office("pull", "inbox")
    assert pulled.code == 5
    assert "does not answer" in pulled.err
    assert "does not answer" in office("status").err
    checked = office("check")
    assert checked.code == 4
    assert "sources[inbox] sign-in" in checked.out
