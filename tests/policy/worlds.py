"""Hypothesis strategies over all that a decision may rest on: every kind of fact.

Most of what is drawn is sound, and one thing or another is not: laws about allowed uses need uses
that are allowed, and a denial says most where only one thing stands in the way. Times are few, so
that things happen at the same instant; tests/policy/any_time.py puts them anywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from policy.facts import (
    Assessment,
    CharitySoftOptIn,
    ClientContract,
    Facts,
    IndirectSource,
    Instruction,
    LeadFacts,
    ProcessorContract,
    RegisterCheck,
    Restriction,
    SoftOptIn,
    Subscriber,
)
from policy.periods import Period
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
    Register,
    Role,
    SubscriberKind,
)

T = TypeVar("T")
laws = settings(max_examples=200, deadline=None)
"""How often a law is tried each time that the tests run."""
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


TIMES = [days_ago(days) for days in (0, 1, 2, 2.5, 3, 4, 6, 27.5, -0.5, -1)]
DAYS = [days_ago(days).date() for days in (0, 1, 3, 31, -1, -3)]
LONG = Period(days_ago(400), days_ago(-400))
PERIODS = [
    *[LONG, Period(days_ago(400))] * 6,
    Period(days_ago(400), days_ago(3)),
    Period(days_ago(400), days_ago(-3)),
    Period(days_ago(2), days_ago(-400)),
    Period(days_ago(-1)),
]


def mostly(sound: Sequence[T], *odd: T, share: int = 4) -> list[T]:
    """Return what to draw from: `share` parts of the sound to one part of the odd."""
    times = max(1, share * len(odd) // len(sound))
    return [*sound] * times + [*odd]


def flaws(sound: T, **changes: Sequence[object]) -> Iterator[T]:
    """Yield a dataclass once for each value of each field that is changed."""
    for name, values in changes.items():
        for value in values:
            yield replace(sound, **{name: value})  # type: ignore[type-var]


def tuples_of(*each: T, most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(st.sampled_from(each), max_size=most).map(tuple)


# --------------------------------------------------------------------------------------- events

PERMITTING = (EventKind.GIVEN, EventKind.RENEWED)
RESTRICTING = (
    EventKind.WITHDRAWN,
    EventKind.OBJECTED,
    EventKind.REFUSED,
    EventKind.REVOKED,
    EventKind.INVALIDATED,
)
SPECIFIC = (*PERMITTING, EventKind.ENQUIRED)
BASIS = {
    EventKind.GIVEN: LawfulBasis.CONSENT,
    EventKind.RENEWED: LawfulBasis.CONSENT,
    EventKind.ENQUIRED: LawfulBasis.CONTRACT,
}
PURPOSES = [Purpose.DIRECT_MARKETING] * 9 + [Purpose.AD_AUDIENCE] * 4 + [*Purpose]
CHANNELS = [Channel.EMAIL] * 9 + [Channel.LIVE_CALL] * 5 + [*Channel]
LEAD_IDS = [UUID(int=number) for number in (1, 1, 1, 1, 1, 2, 2, 3, 9)]
"""Of the leads that a world may hold; number 9 is never held."""


@st.composite
def events(draw: st.DrawFn, *kinds: EventKind, most_sound: bool = False) -> PermissionEvent:
    """Draw an event as sources, opt-outs and reviews make them."""
    kind = draw(st.sampled_from(kinds or tuple(EventKind)))
    purpose = draw(st.sampled_from(PURPOSES[:13] if most_sound else PURPOSES))
    is_specific = kind in SPECIFIC
    return PermissionEvent(
        kind,
        Purpose.ENQUIRY_RESPONSE if kind in (EventKind.ENQUIRED, EventKind.CLOSED) else purpose,
        draw(st.sampled_from(CHANNELS if is_specific else [None] * 5 + CHANNELS)),
        draw(st.sampled_from(TIMES[1:] if most_sound else TIMES)),
        UUID(int=1) if most_sound else draw(st.sampled_from(LEAD_IDS)),
        BASIS.get(kind),
        draw(st.sampled_from(BoxDefect)) if kind is EventKind.ATTEMPTED else None,
        "box",
        draw(st.sampled_from([None] * 8 + TIMES)) if is_specific else None,
    )


_first = events(*PERMITTING, EventKind.GIVEN, EventKind.ENQUIRED, most_sound=True)
_more = st.lists(events(), max_size=3)
STORIES: st.SearchStrategy[tuple[PermissionEvent, ...]] = st.one_of(
    st.just(()),
    _first.map(lambda event: (event,)),
    st.builds(lambda event, more: (event, *more), _first, _more),
    _more.map(tuple),
)
"""Nothing; a consent or an enquiry, with or without more; or anything at all."""

# ---------------------------------------------------------------------------------------- leads

SOUND_SOURCE = IndirectSource("fair", days_ago(20), True, "wording", "dd-1", days_ago(19))
SOURCES = [
    SOUND_SOURCE,
    *flaws(
        SOUND_SOURCE,
        name=[" "],
        obtained_at=[days_ago(40)],
        names_controller=[False],
        wording=[None],
        diligence_ref=[None],
        notice_sent_at=[None, *TIMES[:3]],
        first_used_at=[days_ago(1), days_ago(-1)],
    ),
]
SOUND_LEAD = LeadFacts(UUID(int=1), days_ago(5), days_ago(-2), days_ago(-700))
LEADS: list[LeadFacts] = mostly(
    [SOUND_LEAD, *(replace(SOUND_LEAD, submitted_at=at) for at in TIMES[1:7])],
    *flaws(
        SOUND_LEAD,
        submitted_at=[days_ago(-0.5), days_ago(-3)],
        expires_at=[days_ago(1), NOW, days_ago(-3)],
        is_test=[True],
        has_identity_conflict=[True],
        has_source_time=[False],
        is_wording_known=[False],
        has_privacy_link=[False],
        special_category_fields=[frozenset({"remarks"})],
        indirect=SOURCES,
    ),
    replace(SOUND_LEAD, special_category_fields=frozenset({"remarks"}), has_special_condition=True),
    replace(SOUND_LEAD, expires_at=days_ago(1), has_privacy_link=False),
)
SOME_LEADS = st.lists(st.sampled_from(LEADS), max_size=3).map(
    lambda drawn: tuple(replace(lead, id=UUID(int=n)) for n, lead in enumerate(drawn, 1))
)
"""Up to three leads, each with an id of its own."""

# ---------------------------------------------------------------------------------------- facts

SUBSCRIBERS = [
    *(Subscriber(kind) for kind in SubscriberKind for _ in range(4)),
    Subscriber(SubscriberKind.CORPORATE, is_generic_mailbox=True),
    Subscriber(SubscriberKind.INDIVIDUAL, is_generic_mailbox=True),
    *(Subscriber(kind, False, country, rule) for kind, country, rule in product(
        (SubscriberKind.CORPORATE, SubscriberKind.UNKNOWN), ("FR", "GB", "US"), (False, True)
    )),
]  # fmt: skip
SOUND_ASSESSMENT = Assessment(
    "lia-1", "1", date(2026, 1, 5), date(2026, 12, 1), "Amara", True,
    frozenset(Purpose), frozenset(Channel), True, True,
)  # fmt: skip
ASSESSMENTS = mostly(
    [SOUND_ASSESSMENT],
    None,
    *flaws(
        SOUND_ASSESSMENT,
        reference=[""],
        dated=[None, *DAYS],
        review_by=[None, *DAYS],
        is_passed=[False],
        purposes=[frozenset({Purpose.ANALYTICS})],
        channels=[frozenset({Channel.POST})],
        notice_names_interest=[False],
        shows_right_to_object=[False],
    ),
    share=2,
)
PRODUCT = "websites"
SOUND_SALE = SoftOptIn("sale-1", date(2026, 1, 5), PRODUCT, True, True, True, True)
SALES = mostly(
    [SOUND_SALE, None],
    *flaws(
        SOUND_SALE,
        dated=[None],
        product=["hosting"],
        collected_by_us=[False],
        showed_interest_in_buying=[False],
        refusal_offered_then=[False],
        refusal_offered_since=[False],
    ),
)
SOUND_SUPPORT = CharitySoftOptIn("gift-1", date(2026, 2, 5), True, True, True, True)
SUPPORTS = mostly(
    [SOUND_SUPPORT, None, None],
    *flaws(
        SOUND_SUPPORT,
        obtained_on=[None, date(2026, 2, 4)],
        is_sole_purpose_charitable=[False],
        showed_interest_or_support=[False],
    ),
)
CLEAN_CHECKS = tuple(RegisterCheck(register, days_ago(5), False) for register in Register)
CHECKS = [
    RegisterCheck(register, at, is_listed)
    for register, at, is_listed in product(Register, [*TIMES, days_ago(30)], (False, True))
]
CONTRACTS = [None, *(ClientContract("c-1", period, "asked", "needed") for period in PERIODS)]
SOUND_INSTRUCTION = Instruction(
    "i-1", LONG, frozenset(Purpose), frozenset(Channel), frozenset({"mail-house"})
)
INSTRUCTIONS = mostly(
    [SOUND_INSTRUCTION, replace(SOUND_INSTRUCTION, covers_special_categories=True)],
    *flaws(
        SOUND_INSTRUCTION,
        in_force=PERIODS[-4:],
        purposes=[frozenset({Purpose.ANALYTICS})],
        channels=[frozenset({Channel.POST})],
        recipients=[frozenset()],
    ),
)
BIRTHS = [
    *(days_ago(n).date().replace(year=2026 - years)
      for n, years in product((0, 1, 2, 4), (13, 16, 18))),
    date(1980, 2, 29), date(2008, 2, 29), date(2012, 5, 5), date(2020, 1, 1),
]  # fmt: skip
ALWAYS, NEVER = [True] * 15 + [False], [False] * 15 + [True]
AGENCY_OR_CLIENT = [Role.CONTROLLER] * 3 + [Role.PROCESSOR]
RESTRICTIONS = [
    Restriction(since, lifted, told)
    for since, lifted, told in product(TIMES[:5], [None, *TIMES[:3]], [None, *TIMES[:3]])
]
OPT_OUTS = list(product([None, None, *CHANNELS], TIMES))
SOMETIMES: list[Any] = [None] * 40 + TIMES


def _rare(*each: T, most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    empty: st.SearchStrategy[tuple[T, ...]] = st.just(())
    return st.one_of(empty, empty, empty, tuples_of(*each, most=most))


def _contract(period: Period, instructions: tuple[Instruction, ...]) -> ProcessorContract:
    return ProcessorContract("p-1", period, instructions)


PROCESSOR_CONTRACTS = st.one_of(
    st.none(),
    *[st.builds(_contract, st.sampled_from(PERIODS), tuples_of(*INSTRUCTIONS, most=2))] * 3,
)


def worlds(
    stories: st.SearchStrategy[tuple[PermissionEvent, ...]] = STORIES,
    leads: st.SearchStrategy[tuple[LeadFacts, ...]] = SOME_LEADS,
) -> st.SearchStrategy[Facts]:
    """Draw facts of every kind."""
    draw = st.sampled_from
    return st.builds(
        Facts,
        draw(AGENCY_OR_CLIENT),
        leads,
        stories,
        suppressed_since=_rare(*OPT_OUTS),
        restrictions=_rare(*RESTRICTIONS),
        holds=_rare(*PERIODS),
        access_requests=_rare(*PERIODS) | tuples_of(*PERIODS, most=2),
        line_refused_since=draw(SOMETIMES),
        erased_at=draw(SOMETIMES),
        died_at=draw(SOMETIMES),
        born_on=draw([None] * 3 * len(BIRTHS) + BIRTHS),
        has_parental_authority=draw(NEVER),
        identifier_fits=draw(ALWAYS),
        has_platform_signals=draw(ALWAYS),
        subscriber=draw(SUBSCRIBERS),
        register_checks=st.just(CLEAN_CHECKS) | tuples_of(*CHECKS, most=4),
        assessment=draw(ASSESSMENTS),
        soft_opt_in=draw(SALES),
        charity_opt_in=draw(SUPPORTS),
        client_contract=draw(CONTRACTS),
        processor_contract=PROCESSOR_CONTRACTS,
    )


FACTS = worlds()
