"""What must hold for every request, whatever was asked, answered and told when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.london import add_months, london_date
from policy.rights.deadlines import Deadline, deadline, deadlines
from policy.rights.questions import Effect
from policy.rights.request import (
    ExtensionGround,
    ExtensionNotice,
    Question,
    QuestionAbout,
    RightsRequest,
)
from policy.rights.table import RIGHTS, DeadlineRule, Right
from policy.rights.working_days import ENGLAND_AND_WALES
from policy.vocabulary import Role

WEIGHED = [right for right in Right if RIGHTS[right].deadline is DeadlineRule.ONE_MONTH]
RECEIVED = st.datetimes(
    datetime(2018, 5, 26),  # noqa: DTZ001 - made aware by the strategy
    datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
# a busy machine must not fail a law: the first example of a year also works out its holidays
laws = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SPANS = st.timedeltas(timedelta(), timedelta(days=120))


@st.composite
def questions_since(
    draw: st.DrawFn, received: datetime, about: st.SearchStrategy[QuestionAbout]
) -> Question:
    asked_at = received + draw(SPANS)
    answered_at = draw(st.none() | SPANS.map(lambda span: asked_at + span))
    return Question(draw(about), asked_at, answered_at, draw(st.booleans()), draw(st.booleans()))


@st.composite
def requests(
    draw: st.DrawFn,
    about: st.SearchStrategy[QuestionAbout] = st.sampled_from(QuestionAbout),  # noqa: B008
    rights: Sequence[Right] = tuple(Right),
) -> RightsRequest:
    received = draw(RECEIVED)
    notice = st.builds(
        ExtensionNotice,
        SPANS.map(lambda span: received + span),
        st.frozensets(st.sampled_from(ExtensionGround)),
        st.booleans(),
    )
    return RightsRequest(
        draw(st.sampled_from(rights)),
        received,
        draw(st.sampled_from(Role)),
        draw(st.lists(questions_since(received, about), max_size=4)),
        draw(st.lists(notice, max_size=2)),
        draw(st.booleans()),
    )


def not_before(one: Deadline, other: Deadline) -> bool:
    """Say whether a deadline is not earlier than another; no date yet is later than any."""
    return (one.due or date.max) >= (other.due or date.max)


# T-4
@laws
@given(requests())
def test_nothing_is_ever_due_on_a_day_without_work(asked: RightsRequest) -> None:
    for found in deadlines(asked):
        for last in (found.due, found.notice_by):
            assert last is None or ENGLAND_AND_WALES.is_working_day(last)


# T-3
@laws
@given(requests())
def test_a_month_is_never_cut_short_nor_the_target_behind_the_due_date(
    asked: RightsRequest,
) -> None:
    received = london_date(asked.received_at)
    for found in deadlines(asked):
        if found.due is None:
            continue
        assert found.target is not None
        assert received <= found.target <= found.due
        is_month = any(step.effect is Effect.MONTH for step in found.steps)
        assert found.due >= (add_months(received, 1) if is_month else received)


# T-4
@laws
@given(requests())
def test_a_period_is_moved_once_at_its_end_and_by_days_without_work_only(
    asked: RightsRequest,
) -> None:
    for found in deadlines(asked):
        if found.due is None or found.target is None or asked.role is Role.PROCESSOR:
            continue
        last = found.target + timedelta(days=1)
        assert ENGLAND_AND_WALES.first_working_day(last) == found.due
        moved = [step.day for step in found.steps if step.effect is Effect.MOVED]
        assert (moved[-1:] == [found.due]) == (last != found.due)
        is_extended = any(step.effect is Effect.EXTENDED for step in found.steps)
        assert len(moved) <= 1 + is_extended


# T-6
@laws
@given(requests(st.just(QuestionAbout.CLARIFICATION), [Right.ACCESS]), st.data())
def test_a_pause_never_makes_a_deadline_earlier(asked: RightsRequest, data: st.DataObject) -> None:
    pause = data.draw(questions_since(asked.received_at, st.just(QuestionAbout.CLARIFICATION)))
    paused = replace(asked, questions=[*asked.questions, pause])
    for with_it, without in zip(deadlines(paused), deadlines(asked), strict=True):
        assert not_before(with_it, without)


# T-2, T-7
@laws
@given(requests(st.sampled_from([QuestionAbout.IDENTITY, QuestionAbout.FEE])), st.data())
def test_asking_for_identity_never_makes_a_deadline_earlier(
    asked: RightsRequest, data: st.DataObject
) -> None:
    question = data.draw(questions_since(asked.received_at, st.just(QuestionAbout.IDENTITY)))
    with_it = replace(asked, questions=[*asked.questions, question])
    for later, without in zip(deadlines(with_it), deadlines(asked), strict=True):
        assert not_before(later, without)


# T-5
@laws
@given(requests())
def test_an_extension_never_makes_a_deadline_earlier(asked: RightsRequest) -> None:
    without = deadlines(replace(asked, extension_notices=()))
    for extended, plain in zip(deadlines(asked), without, strict=True):
        assert not_before(extended, plain)


# T-2, T-5, T-6
@laws
@given(requests(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_given_does_not_matter(
    asked: RightsRequest,
    shuffling: Random,
) -> None:
    mixed = list(asked.questions)
    shuffling.shuffle(mixed)
    notices = list(reversed(asked.extension_notices))
    again = replace(asked, questions=mixed, extension_notices=notices)
    assert [each.due for each in deadlines(again)] == [each.due for each in deadlines(asked)]


# T-2, T-6: asked when the time was over
@laws
@given(requests(), st.sampled_from(QuestionAbout), SPANS)
def test_what_is_asked_after_the_due_date_changes_no_date(
    asked: RightsRequest, about: QuestionAbout, after: timedelta
) -> None:
    for at_first, index in ((found, n) for n, found in enumerate(deadlines(asked))):
        if at_first.due is None:
            continue
        over = datetime(at_first.due.year, at_first.due.month, at_first.due.day, tzinfo=UTC)
        late = Question(about, over + timedelta(days=1) + after, None, True, True)
        if not at_first.is_late(late.asked_at):
            continue
        again = deadlines(replace(asked, questions=[*asked.questions, late]))
        assert again[index].due == at_first.due


# T-9
@laws
@given(requests(rights=WEIGHED))
def test_eu_law_beside_that_of_the_uk_never_gives_more_time(asked: RightsRequest) -> None:
    both, alone = replace(asked, is_under_eu_law=True), replace(asked, is_under_eu_law=False)
    assert not_before(deadline(alone), deadline(both))
    assert deadline(both) in deadlines(both)


# T-10
@laws
@given(requests(rights=[Right.OBJECTION_TO_MARKETING, Right.WITHDRAWAL_OF_CONSENT]))
def test_nothing_that_we_ask_or_tell_moves_the_confirmation_of_an_objection(
    asked: RightsRequest,
) -> None:
    bare = replace(asked, questions=(), extension_notices=())
    assert deadline(asked).due == deadline(bare).due
    assert deadline(asked).waiting_for == ()
