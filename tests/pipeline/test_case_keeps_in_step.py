"""Status and day beside a request are what its steps add up to, after any sequence of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.journal import Journal
from models.rights_step import RightsStep
from models.store import Store
from pipeline.backup import make_backup
from pipeline.case import kept_case
from pipeline.case_rows import detail_of, step_of
from pipeline.replay_journal import replay
from pipeline.restore import restore
from policy.errors import UsageError
from policy.rights.case import Case
from policy.rights.deadlines import deadline
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import Act, CaseStep, IntakeChannel, RequestStatus, StepKind
from policy.rights.table import Right
from tests.build import NOW, declared, kept, source
from tests.build import settings as configured
from tests.pipeline.casework import extend, know, opened, row_of, take

DAY = timedelta(days=1)
KEY = b"a-key-for-backups-of-the-tests-0123456789"
ANY = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
SAID: dict[StepKind, dict[str, Any]] = {
    StepKind.ASKED: {"is_justified": True, "text": "a doubt"},
    StepKind.EXTENDED: {"grounds": frozenset({ExtensionGround.COMPLEXITY}), "gives_reasons": True},
    StepKind.SEARCHED: {"text": "the store"},
    StepKind.REFUSED: {"reason": RefusalReason.EXCESSIVE, "says": frozenset(RefusalContent)},
    StepKind.ANSWERED: {"is_nothing_held": True},
}
TYPED = tuple(set(StepKind) - {StepKind.TAKEN_IN, StepKind.SETTLED, StepKind.ACTED})
ATTEMPTS = st.lists(
    st.tuples(st.sampled_from(TYPED), st.sampled_from(QuestionAbout), st.integers(0, 40)),
    max_size=9,
)


def counted(store: Store, reference: str) -> Case:
    with store.reading() as connection:
        return kept_case(connection, "nectra", reference).case


@ANY
@given(st.sampled_from(Right), ATTEMPTS)
def test_the_row_equals_the_count_after_any_sequence(
    sqlite_store: Store, right: Right, attempts: list[tuple[StepKind, QuestionAbout, int]]
) -> None:
    """CASE-1."""
    declared(sqlite_store)
    reference = opened(sqlite_store, right, on=date(2026, 10, 1))
    for kind, about, days in attempts:
        on = date(2026, 10, 1) + timedelta(days=days)
        said = SAID.get(kind, {})
        if kind in (StepKind.ASKED, StepKind.HEARD):
            said = said | {"about": about}
        try:
            take(sqlite_store, reference, kind, on, **said)
        except UsageError:
            continue  # a step that makes no sense leaves the row as it was, see below
        finally:
            case, row = counted(sqlite_store, reference), row_of(sqlite_store, reference)
            assert (row.status, row.due_on) == (case.status, case.due_on)
            is_acknowledged = case.status is RequestStatus.ACKNOWLEDGED
            assert case.due_on == (None if is_acknowledged else deadline(case.request).due)
            assert (row.identity in {"confirmed", "not_needed"}) == case.is_identity_known


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
STEPS = st.builds(
    CaseStep,
    st.sampled_from(StepKind),
    st.just(NOW),
    text=WORDS,
    channel=st.none() | st.sampled_from(IntakeChannel),
    about=st.none() | st.sampled_from(QuestionAbout),
    is_justified=st.booleans(),
    is_prompt=st.booleans(),
    grounds=st.frozensets(st.sampled_from(ExtensionGround)),
    gives_reasons=st.booleans(),
    act=st.none() | st.sampled_from(Act),
    is_whole=st.booleans(),
    leads=st.lists(st.uuids(), max_size=3).map(tuple),
    is_nothing_held=st.booleans(),
    names_recipients=st.booleans(),
    sha256=st.none() | st.just("ab" * 32),
    reason=st.none() | st.sampled_from(RefusalReason),
    says=st.frozensets(st.sampled_from(RefusalContent)),
)


@given(STEPS)
def test_a_step_comes_back_as_it_was_written_down(step: CaseStep) -> None:
    class Row:
        kind, at, text, detail = step.kind, step.at, step.text, detail_of(step)

    back: Any = Row()
    assert step_of(back) == step


def test_the_steps_survive_the_restore_of_an_older_backup(store: Store, tmp_path: Path) -> None:
    """RET-17, CASE-1."""
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    declared(store)
    reference = opened(store, on=date(2026, 11, 2))
    take(store, reference, StepKind.SEARCHED, text="the archive")
    made = make_backup(store, tmp_path / "backups", KEY, NOW)
    know(store, reference)
    extend(store, reference)
    steps, row = kept(store, RightsStep), row_of(store, reference)
    assert b"archive" not in (tmp_path / "leads.journal").read_bytes()
    url, _, _ = restore(made.path, f"sqlite:///{tmp_path}/again.db", KEY, NOW)
    known = configured(url, source(), folder=tmp_path)
    found = replay(known, [Journal(tmp_path / "leads.journal", KEY)], lambda: NOW + DAY)
    assert found.counts["steps of requests"] == 2
    again = Store(url)
    restored = kept(again, RightsStep)
    assert [s.text for s in restored] == ["", "the archive", "", ""]
    assert [s._asdict() | {"text": ""} for s in restored] == [
        s._asdict() | {"text": ""} for s in steps
    ]
    back = row_of(again, reference)
    assert (back.status, back.due_on) == (row.status, date(2027, 2, 2))
    assert back.identity == row.identity == "confirmed"
    again.close()
