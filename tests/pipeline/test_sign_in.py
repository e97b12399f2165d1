"""Signing in: what is right lets in, everything else looks the same and takes the same work."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import argon2
import pyotp
import pytest
from sqlalchemy import Engine, event

from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.passwords import Passwords
from pipeline.settings import Settings
from pipeline.sign_in import PER_CALLER, Credentials, SignInDesk
from pipeline.staff import remove_person, set_password
from pipeline.visitor import OPERATOR
from policy.access import StaffRole
from policy.errors import LeadsError, SignInLater, SignInRefused
from policy.suppression import SuppressionKeys
from tests.build import NOW, kept
from tests.staffing import CHEAP, PASSWORD, desk, enter, joined, row_of, staffed

MINUTE = timedelta(minutes=1)
WRONG = "not the password at all"


@pytest.fixture
def office(store: Store) -> Settings:
    settings = staffed(store)
    joined(store, settings)
    return settings


@pytest.fixture
def small(sqlite_store: Store) -> Settings:
    settings = staffed(sqlite_store)
    joined(sqlite_store, settings)
    return settings


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that argon2 did the work for."""
    seen: list[str] = []
    real = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, password_hash: Any, password: Any) -> Any:
        seen.append(password_hash)
        return real(self, password_hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    return seen


def kinds(store: Store) -> list[LedgerKind]:
    return [row.kind for row in kept(store, LedgerRecord) if row.kind.startswith("staff")]


def test_who_gives_the_right_password_is_let_in_under_a_key(store: Store, office: Settings) -> None:
    visitor = enter(desk(store, office), " ANN ")
    assert visitor.role is StaffRole.ADMIN
    assert visitor.actor == f"staff:{row_of(store).id.hex}"
    assert set(kinds(store)) == {LedgerKind.STAFF_ADDED, LedgerKind.STAFF_SIGNED_IN}
    assert '"ann"' not in "".join(row.body for row in kept(store, LedgerRecord))


def test_every_refusal_says_the_same_and_costs_the_same_work(
    sqlite_store: Store, small: Settings, verified: list[str]
) -> None:
    joined(sqlite_store, small, "gone")
    remove_person(sqlite_store, small, "gone", OPERATOR, NOW)
    joined(sqlite_store, small, "ava", StaffRole.AUDITOR)
    front = desk(sqlite_store, small)
    years_later = NOW + timedelta(days=800)
    told = set()
    for login, password, now in (
        ("ann", WRONG, NOW),
        ("nobody", PASSWORD, NOW),
        ("", "", NOW),
        ("gone", PASSWORD, NOW),
        ("ava", PASSWORD, years_later),
    ):
        before = len(verified)
        with pytest.raises(SignInRefused) as refused:
            enter(front, login, password, now=now)
        told.add(str(refused.value))
        assert len(verified) == before + 1
    assert len(told) == 1
    # whoever does not exist costs what somebody of today does
    costs = {argon2.extract_parameters(each).memory_cost for each in verified}
    assert costs == {8}


def test_five_wrong_tries_lock_and_the_right_password_waits_too(
    store: Store, office: Settings
) -> None:
    front = desk(store, office)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            enter(front, password=WRONG)
    assert LedgerKind.STAFF_LOCKED in kinds(store)
    with pytest.raises(SignInRefused):
        enter(front, now=NOW + 14 * MINUTE)
    later = NOW + 15 * MINUTE
    with pytest.raises(SignInRefused):
        enter(front, password=WRONG, now=later)  # the sixth in a row: half an hour
    with pytest.raises(SignInRefused):
        enter(front, now=later + 29 * MINUTE)
    enter(front, now=later + 30 * MINUTE)
    assert (row_of(store).tries, row_of(store).locked_until) == (0, None)
    with pytest.raises(SignInRefused):
        enter(front, password=WRONG, now=later + 31 * MINUTE)
    enter(front, now=later + 31 * MINUTE)


def test_many_guesses_at_once_are_no_more_than_five(store: Store, office: Settings) -> None:
    front = desk(store, office)

    def guess(number: int) -> None:
        with pytest.raises(LeadsError):
            enter(front, password=f"{WRONG} {number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, range(10)))
    assert row_of(store).tries == 5


def test_one_caller_has_so_many_tries_whichever_logins_they_name(
    sqlite_store: Store, small: Settings
) -> None:
    front = desk(sqlite_store, small)
    for number in range(PER_CALLER.amount):
        with pytest.raises(SignInRefused):
            enter(front, f"guess{number}", caller="198.51.100.0/24")
    with pytest.raises(SignInLater, match="wait 15 minutes"):
        enter(front, caller="198.51.100.0/24")
    enter(front, caller="203.0.113.0/24")


def test_a_hash_of_smaller_costs_is_made_anew_and_a_larger_one_is_kept(
    sqlite_store: Store, small: Settings
) -> None:
    old = row_of(sqlite_store).password_hash
    grown = SignInDesk(sqlite_store, small, Passwords(time_cost=2, memory_kib=16, lanes=1))
    enter(grown)
    new = row_of(sqlite_store).password_hash
    assert (old != new, argon2.extract_parameters(new).memory_cost) == (True, 16)
    enter(desk(sqlite_store, small))
    assert row_of(sqlite_store).password_hash == new


def test_the_costs_are_those_that_are_written_down() -> None:
    made = argon2.extract_parameters(Passwords().hash(PASSWORD))
    assert (made.type, made.time_cost, made.memory_cost) == (argon2.Type.ID, 3, 65_536)


def test_a_password_counts_however_its_letters_were_composed(
    sqlite_store: Store, small: Settings
) -> None:
    composed, decomposed = "h\u00e4tten wir gew\u00fcrfelt", "ha\u0308tten wir gewu\u0308rfelt"
    set_password(sqlite_store, small, Credentials("ann", composed), OPERATOR, NOW, CHEAP)
    enter(desk(sqlite_store, small), password=decomposed)


@pytest.fixture
def device(store: Store) -> tuple[Settings, pyotp.TOTP]:
    settings = staffed(store)
    address = joined(store, settings, totp=True)
    assert address is not None
    made = pyotp.parse_uri(address)
    assert isinstance(made, pyotp.TOTP)
    return settings, made


def test_a_second_factor_is_asked_for_and_a_code_counts_once(
    store: Store, device: tuple[Settings, pyotp.TOTP]
) -> None:
    settings, codes = device
    front, code = desk(store, settings), codes.at(NOW)
    for wrong in ("", "000000", codes.at(NOW - 5 * MINUTE)):
        with pytest.raises(SignInRefused):
            enter(front, code=wrong)
    enter(front, code=f"{code[:3]} {code[3:]}")
    with pytest.raises(SignInRefused):
        enter(front, code=code)
    enter(front, code=codes.at(NOW + MINUTE), now=NOW + MINUTE)


def test_the_secret_of_a_device_cannot_be_read_from_the_store(
    store: Store, device: tuple[Settings, pyotp.TOTP]
) -> None:
    _, codes = device
    assert codes.secret.encode() not in row_of(store).totp_secret


def test_a_second_factor_whose_key_is_lost_looks_like_a_login_that_nobody_has(
    store: Store, device: tuple[Settings, pyotp.TOTP], verified: list[str]
) -> None:
    settings, codes = device
    joined(store, settings, "sam")
    other = replace(settings, suppression_key=SuppressionKeys(b"x" * 40))
    front = desk(store, other)
    told = set()
    for login, password, code in (
        ("ann", PASSWORD, codes.at(NOW)),
        ("ann", WRONG, codes.at(NOW)),
        ("ann", PASSWORD, ""),
        ("nobody", PASSWORD, codes.at(NOW)),
        ("sam", WRONG, ""),
    ):
        with pytest.raises(SignInRefused) as refused:
            enter(front, login, password, code=code)
        told.add(str(refused.value))
    assert (len(told), len(verified)) == (1, 5)
    assert row_of(store).tries == 3
    enter(front, "sam")
    with pytest.raises(SignInRefused):
        enter(desk(store, settings), code="000000")
    enter(desk(store, settings), code=codes.at(NOW))


@contextmanager
def transactions() -> Iterator[list[int]]:
    """Count what each transaction writes that is committed: a disk is waited for each time."""
    writes, committed = 0, []

    def wrote(_: object, __: object, statement: str, *_more: object) -> None:
        nonlocal writes
        writes += statement.startswith(("INSERT", "UPDATE"))

    def commit(_: object) -> None:
        nonlocal writes
        if writes:
            committed.append(writes)
        writes = 0

    event.listen(Engine, "before_cursor_execute", wrote)
    event.listen(Engine, "commit", commit)
    yield committed
    event.remove(Engine, "before_cursor_execute", wrote)
    event.remove(Engine, "commit", commit)


def test_a_refusal_waits_for_the_disk_as_often_whoever_has_the_login(
    sqlite_store: Store, small: Settings
) -> None:
    joined(sqlite_store, small, "gone")
    remove_person(sqlite_store, small, "gone", OPERATOR, NOW)
    joined(sqlite_store, small, "device", totp=True)
    front = desk(sqlite_store, small)
    waited = []
    # six wrong tries: the last two lock, or find a lock
    for login in ("nobody", "gone", "device", *["ann"] * 6):
        with transactions() as committed, pytest.raises(SignInRefused):
            enter(front, login, WRONG)
        waited.append(len(committed))
    assert waited == [2] * len(waited)
