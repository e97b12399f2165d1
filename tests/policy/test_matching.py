"""Whose submission it is: every branch, and the laws over whole histories."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.identity import KnownPerson, Match, is_generic_mailbox, match, matchable, name_key
from policy.vocabulary import Identifier, IdentifierKind


def email(local: str) -> Identifier:
    return Identifier(IdentifierKind.EMAIL, f"{local}@post.example")


def phone(number: int) -> Identifier:
    return Identifier(IdentifierKind.PHONE, f"+447700900{number:03}")


PRIYA, SAM = UUID(int=1), UUID(int=2)
PEOPLE = {
    PRIYA: KnownPerson(PRIYA, has_personal_email=True, names={"priya shah"}),
    SAM: KnownPerson(SAM, has_personal_email=False, names={"sam o'hara"}),
}
NAMELESS = KnownPerson(PRIYA, has_personal_email=False, names=set())
OWNERS = {email("priya"): PRIYA, email("sam"): SAM, phone(1): PRIYA, phone(2): SAM, phone(9): None}


def matched(*found: Identifier, name: str | None = None) -> Match[UUID]:
    return match(found, name, OWNERS, PEOPLE.__getitem__)


def test_the_same_address_is_the_same_person_whatever_the_name() -> None:
    assert matched(email("priya"), name="P. Shah-Jones") == Match(PRIYA)


def test_an_unknown_address_is_somebody_new() -> None:
    assert matched(email("ava"), name="Ava Lind") == Match(None)


def test_nobody_named_is_somebody_new() -> None:
    assert matched() == Match(None)


def test_a_second_address_beside_a_known_one_is_the_same_person() -> None:
    assert matched(email("priya.private"), email("priya")) == Match(PRIYA)


def test_addresses_of_two_people_in_one_submission_are_a_conflict() -> None:
    assert matched(email("sam"), email("priya")) == Match(SAM, is_conflict=True)
    assert matched(email("priya"), email("sam")) == Match(PRIYA, is_conflict=True)


def test_an_address_outweighs_a_number_which_is_then_shared() -> None:
    assert matched(email("priya"), phone(2)) == Match(PRIYA, shared=(phone(2),))


def test_a_persons_own_number_beside_the_address_stays_theirs() -> None:
    assert matched(email("priya"), phone(1), phone(9), phone(7)) == Match(PRIYA)


def test_the_same_number_and_name_are_the_same_person() -> None:
    assert matched(phone(2), name="  SAM  O'Hara ") == Match(SAM)


def test_a_number_without_a_name_is_its_owners() -> None:
    assert matched(phone(2)) == Match(SAM)


def test_a_number_with_another_name_is_shared() -> None:
    assert matched(phone(2), name="Ava Lind") == Match(None, shared=(phone(2),))


def test_a_number_of_somebody_with_another_address_is_shared() -> None:
    found = matched(email("ava"), phone(1), name="Priya Shah")
    assert found == Match(None, shared=(phone(1),))


def test_a_number_of_somebody_without_an_address_gains_one() -> None:
    assert matched(email("sam.new"), phone(2), name="Sam O'Hara") == Match(SAM)


def test_a_number_whose_owner_never_gave_a_name_is_theirs() -> None:
    found = match([phone(1)], "Ava Lind", OWNERS, lambda _: NAMELESS)
    assert found == Match(PRIYA)


def test_a_shared_number_matches_nobody() -> None:
    assert matched(phone(9), name="Priya Shah") == Match(None)


def test_numbers_of_two_people_match_neither() -> None:
    assert matched(phone(1), phone(2)) == Match(None, shared=(phone(1), phone(2)))


def test_of_two_numbers_the_one_whose_owner_fits_decides() -> None:
    found = matched(phone(1), phone(2), name="Sam O'Hara")
    assert found == Match(SAM, shared=(phone(1),))


def test_the_mailbox_of_an_office_matches_nobody() -> None:
    owners = {**OWNERS, email("info"): PRIYA}
    assert match([email("info")], "Priya Shah", owners, PEOPLE.__getitem__) == Match(None)


def test_a_mailbox_of_an_office_leaves_the_number_to_decide() -> None:
    assert matched(email("info"), phone(1), name="Priya Shah") == Match(PRIYA)


def test_offices_are_left_out_of_what_can_match() -> None:
    found = [email("info"), phone(1), email("priya")]
    assert matchable(found) == ([email("priya")], [phone(1)])


@pytest.mark.parametrize(
    ("one", "other"),
    [("Priya  Shah", " priya shah"), ("JOSÉ", "jose\u0301"), ("Straße", "STRASSE")],
)
def test_names_are_compared_without_case_and_spacing(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_names_stay_different() -> None:
    assert name_key("Priya Shah") != name_key("Priya Shaw")


@dataclass
class Town:
    """Everybody whom a history of submissions makes, as a store would keep them."""

    owners: dict[Identifier, UUID | None] = field(default_factory=dict)
    people: dict[UUID, KnownPerson[UUID]] = field(default_factory=dict)
    emails: defaultdict[UUID, set[Identifier]] = field(default_factory=lambda: defaultdict(set))

    def submit(self, found: tuple[Identifier, ...], name: str | None) -> tuple[UUID, Match[UUID]]:
        answer = match(found, name, self.owners, self.people.__getitem__)
        who = answer.person or self.born()
        self.owners |= dict.fromkeys(answer.shared)
        for each in found:
            if each not in self.owners:
                is_office = each.kind is IdentifierKind.EMAIL and is_generic_mailbox(each.value)
                self.owners[each] = None if is_office else who
        personal = {e for e in matchable(found)[0] if self.owners[e] == who}
        self.emails[who] |= personal
        self.people[who].has_personal_email |= bool(personal)
        if name:
            self.people[who].names.add(name_key(name))
        return who, answer

    def born(self) -> UUID:
        who = UUID(int=len(self.people) + 1)
        self.people[who] = KnownPerson(who, has_personal_email=False, names=set())
        return who


EMAILS = st.sampled_from([email(local) for local in ("priya", "sam", "ava", "info", "sales")])
PHONES = st.sampled_from([phone(number) for number in range(3)])
NAMES = st.sampled_from([None, "Priya Shah", "Sam O'Hara", "priya  shah"])
ONE_EACH = st.tuples(
    st.one_of(st.just(()), EMAILS.map(lambda e: (e,))),
    st.one_of(st.just(()), PHONES.map(lambda p: (p,))),
).map(lambda both: (*both[0], *both[1]))
SEVERAL = st.lists(EMAILS | PHONES, unique=True, max_size=4).map(tuple)


@given(st.lists(st.tuples(ONE_EACH, NAMES), max_size=12))
def test_two_people_with_different_addresses_are_never_made_one(
    history: list[tuple[tuple[Identifier, ...], str | None]],
) -> None:
    town = Town()
    for found, name in history:
        town.submit(found, name)
    assert all(len(emails) <= 1 for emails in town.emails.values())


@given(st.lists(st.tuples(SEVERAL, NAMES), max_size=12))
def test_the_same_address_is_the_same_person_through_any_history(
    history: list[tuple[tuple[Identifier, ...], str | None]],
) -> None:
    town, first_owner = Town(), dict[Identifier, UUID]()
    for found, name in history:
        who, answer = town.submit(found, name)
        for personal in matchable(found)[0]:
            owner = first_owner.setdefault(personal, who)
            assert answer.is_conflict or owner == who


@given(st.lists(st.tuples(SEVERAL, NAMES), max_size=12), NAMES)
def test_a_number_once_shared_and_an_office_match_nobody_ever_after(
    history: list[tuple[tuple[Identifier, ...], str | None]], name: str | None
) -> None:
    town, shared = Town(), set[Identifier]()
    for found, named in history:
        shared |= set(town.submit(found, named)[1].shared)
    for lone in (*shared, email("info"), email("sales")):
        assert match([lone], name, town.owners, town.people.__getitem__) == Match(None)


@given(SEVERAL, NAMES)
def test_the_same_submission_twice_is_one_person(
    found: tuple[Identifier, ...], name: str | None
) -> None:
    town = Town()
    first, _ = town.submit(found, name)
    second, _ = town.submit(found, name)
    emails, phones = matchable(found)
    # one who has an address is not known by a number alone
    assert (first == second) == bool(emails or phones)
