"""The commands about the staff, typed as people type them, and signing in at a terminal."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline import wiring
from policy.access import StaffRole
from tests.build import declared, delivery, fields, kept, source, take
from tests.cli.conftest import Office
from tests.cli.running import LEADLEDGER
from tests.staffing import PASSWORD, joined, signed_in, staffed

NEW = "another password, quite long"
ADDRESS = "priya.sharma@mail.example"
REQUIRED = '\n[access]\nsign_in = "required"\n'


def _secret(folder: Path, name: str, text: str, mode: int = 0o600) -> Path:
    path = folder / name
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")
    return path


def _require(office: Office) -> None:
    config = office.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + REQUIRED, encoding="utf-8")


def _lead(office: Office) -> None:
    store, now = office.store(), wiring.now()
    known = declared(store, source())
    take(store, known, delivery("1000001", fields(), at=now, received_at=now), at=now)
    store.close()


def _rows(office: Office, kind: LedgerKind) -> list[LedgerRecord]:
    store = office.store()
    found = [row for row in kept(store, LedgerRecord) if row.kind is kind]
    store.close()
    return found  # type: ignore[return-value] # rows, with the names of the record


def test_somebody_is_added_signs_in_changes_their_password_and_is_removed(office: Office) -> None:
    first = _secret(office.folder, "first", f"{PASSWORD}\n")
    added = office("staff", "add", "Ann", "--role", "admin", "--totp", "--password-file", first)
    assert added.code == 0, added.err
    assert added.out.startswith("otpauth://totp/LeadLedger:ann?secret=")
    added = office("staff", "add", "kim", "--role", "privacy", "--password-file", first)
    assert (added.code, added.out, PASSWORD in added.err) == (0, "", False)
    office.variables["LEADLEDGER_STAFF_PASSWORD_FILE"] = str(first)
    entered = office("staff", "sign-in", "kim")
    assert (entered.code, "You work as privacy" in entered.err) == (0, True)
    [ann, kim] = sorted(office("staff", "list", "--json").json, key=lambda each: each["login"])
    assert (ann["second_factor"], kim["state"]) == (True, "in_force")
    second = _secret(office.folder, "second", NEW)
    assert office("staff", "password", "ann", "--password-file", second).code == 4
    changed = office("staff", "password", "kim", "--password-file", second)
    assert changed.code == 0, changed.err
    assert "does not count any more" in office("leads", "list").sentence
    assert office("staff", "sign-out").code == 0
    assert office("staff", "remove", "kim").code == 0
    assert office("staff", "remove", "kim").err == "They were removed already.\n"
    assert "removed" in office("staff", "list", "--removed").out
    assert "kim" not in office("staff", "list").out


def test_at_a_terminal_a_new_password_is_typed_twice_and_never_shown(office: Office) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [LEADLEDGER, "staff", "add", "ann", "--role", "admin"],
        cwd=office.folder,
        env=office.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(theirs)
    assert program.stderr is not None
    told = b""
    for prompt, typed in ((b"New password", PASSWORD), (b"The same again", NEW)):
        while prompt not in told:
            told += os.read(program.stderr.fileno(), 1_024)
        os.write(ours, f"{typed}\n".encode())
    told += program.communicate(timeout=60)[1]
    os.close(ours)
    assert (program.returncode, b"These are not the same" in told) == (2, True)
    assert PASSWORD.encode() not in told
    assert office("staff", "list", "--json").json == []


def test_a_wrong_password_is_refused_and_nothing_is_shown(office: Office) -> None:
    store = office.store()
    joined(store, staffed(store), "sam", StaffRole.SALES, at=wiring.now())
    store.close()
    wrong = _secret(office.folder, "wrong", "not the password")
    office.variables["LEADLEDGER_STAFF_PASSWORD_FILE"] = str(wrong)
    ended = office("--as", "sam", "leads", "list")
    assert ended.code == 4
    assert "Login, password or code are not right" in ended.sentence
    assert "with which no code is asked for" in ended.sentence
    assert office("--as", "nobody", "leads", "list").sentence == ended.sentence
    office.variables["LEADLEDGER_STAFF_PASSWORD_FILE"] = str(
        _secret(office.folder, "right", f"{PASSWORD}\n")
    )
    assert office("--as", "sam", "leads", "list").code == 0
    office.variables["LEADLEDGER_STAFF"] = "sam"
    assert "role sales does not include `leadledger rights list`" in office("rights", "list").err


@pytest.mark.parametrize(
    ("variables", "mode", "told"),
    [
        ({}, 0o600, "Nobody is there to type a password"),
        ({"LEADLEDGER_STAFF_PASSWORD_FILE": "missing"}, 0o600, "cannot be read"),
        ({"LEADLEDGER_STAFF_PASSWORD_FILE": "open"}, 0o640, "open to others. Cure: chmod 600"),
    ],
)
def test_a_password_comes_from_a_terminal_or_a_file_of_ones_own(
    office: Office, variables: dict[str, str], mode: int, told: str
) -> None:
    _secret(office.folder, "open", PASSWORD, mode)
    office.variables |= variables
    ended = office("--as", "sam", "leads", "list")
    assert (ended.code, told in ended.sentence) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("staff", "add", "ava", "--role", "auditor", "--password-file", "pw"), "has an end"),
        (("staff", "add", "ava", "--role", "boss", "--password-file", "pw"), "boss"),
        (("staff", "add", "a b", "--role", "sales", "--password-file", "pw"), "no login"),
        (
            ("staff", "add", "a", "--role", "sales", "--until", "soon", "--password-file", "pw"),
            "no day",
        ),
        (("staff", "add", "a", "--role", "sales", "--password-file", "short"), "fewer than 12"),
        (("staff", "add", "a", "--role", "sales"), "--password-file"),
        # what nobody can add is refused before a password is typed twice for it
        (("staff", "add", "a b", "--role", "sales"), "no login"),
        (("staff", "add", "a", "--role", "auditor"), "has an end"),
        (("staff", "password", "nobody"), "Nobody of the staff"),
        (("--as", " ", "leads", "list"), "--as names nobody"),
        (("staff", "remove", "nobody"), "Nobody of the staff"),
        (("staff", "log", "--by", "nobody"), "has or had that login"),
        (("staff", "log", "--since", "soon"), "no day"),
        (("staff", "sign-in"), "Who are you?"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_cure(
    office: Office, words: tuple[str, ...], told: str
) -> None:
    _secret(office.folder, "pw", PASSWORD)
    _secret(office.folder, "short", "short")
    ended = office(*words)
    assert ended.code == 2
    assert told in " ".join(ended.err.split())
    assert office("staff", "list", "--json").json == []


def test_where_it_is_required_nobody_sees_people_without_signing_in(office: Office) -> None:
    _lead(office)
    _require(office)
    for words in (("leads", "list"), ("provenance", ADDRESS), ("rights", "list")):
        ended = office(*words)
        assert (ended.code, ended.out) == (4, "")
        assert "Cure: `leadledger staff sign-in LOGIN`" in ended.sentence
    assert office("status").code == 0
    assert office("expire").code == 0
    store = office.store()
    signed_in(office.folder, store, StaffRole.ADMIN)
    store.close()
    assert "Priya" in office("leads", "list").out
    assert office("staff", "list").code == 0
    assert office("staff", "sign-out").code == 0
    assert office("leads", "list").code == 4
    assert office("staff", "list").code == 4  # there is an admin who could


def test_who_looked_at_whom_is_on_record_by_keys_and_can_be_shown(office: Office) -> None:
    _lead(office)
    assert office("leads", "list").code == 0
    assert office("provenance", "nobody.known@mail.example").code == 0
    store = office.store()
    actor = signed_in(office.folder, store, StaffRole.ADMIN, "ann")
    store.close()
    assert office("provenance", ADDRESS).code == 0
    assert office("expire", "--dry-run").code == 0
    assert office("expire").code == 0
    seen = [json.loads(row.body) for row in _rows(office, LedgerKind.PEOPLE_VIEWED)]
    details = [(b["actor"], b["detail"]["command"], b["detail"]["count"]) for b in seen]
    assert details == [
        ("command line", "leads list", 1),
        ("command line", "provenance", 0),
        (actor, "provenance", 1),
    ]
    # what is narrowed down to one lead is a part of that lead's own history
    assert len({body["subject"] for body in seen if body["subject"]}) == 1
    [acted] = _rows(office, LedgerKind.STAFF_ACTED)
    assert '"command":"expire"' in acted.body
    told = office("staff", "log").out
    assert ("ann" in told, "command line" in told, ADDRESS in told) == (True, True, False)
    mine = office("staff", "log", "--by", "ann", "--json").json
    assert {row["who"] for row in mine} == {"ann", "command line"}  # who added her, too
    assert [row["what"] for row in mine] == ["staff_added", "people_viewed", "staff_acted"]
    assert office("staff", "log", "--since", "2099-01-01").err == (
        "Nothing is on record for that time.\n"
    )


def test_an_access_that_ran_out_or_a_store_of_another_time_lets_nobody_in(
    office: Office,
) -> None:
    store: Store = office.store()
    signed_in(office.folder, store, StaffRole.ADMIN)
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    store.close()
    ended = office("leads", "list")
    assert ended.code == 4
    assert "Cure: run `leadledger db upgrade`. That is the operator's to do" in ended.sentence
    (office.folder / "config.toml").write_text("[store\n", encoding="utf-8")
    left = office("staff", "sign-out")
    assert (left.code, "At this terminal only" in left.err, "Signed out." in left.err) == (
        0,
        True,
        True,
    )
    assert "Nobody had signed in" in office("staff", "sign-out").err


def test_nobody_unknown_writes_out_people_by_another_command(office: Office) -> None:
    """Rule: STAFF-3. A copy, a case and a client's package hold people like any list."""
    _lead(office)
    _require(office)
    for words in (
        ("rights", "pack", ADDRESS, "--out", "copy"),
        ("rights", "answer", "RR-1", "--out", "copy"),
        ("clients", "close", "nectra", "--out", "back", "--yes"),
    ):
        ended = office(*words)
        assert (ended.code, ended.out) == (4, ""), words
        assert "Nobody has signed in" in ended.sentence, words
    assert not (office.folder / "copy").exists()
