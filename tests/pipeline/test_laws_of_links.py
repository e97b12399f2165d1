"""Whenever ticks become known: whoever followed a link after the last of them is in no list."""

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.store import Store
from pipeline.opt_out import Said
from pipeline.stop_by_link import stop_by_link
from policy.opt_out import ONE_CLICK, OptOutReason
from policy.vocabulary import Channel
from tests.build import NOW, SUPPRESSION_KEY, declared, delivery, email, fields, take
from tests.pipeline.asking import may_email
from tests.pipeline.links import link_to
from tests.pipeline.test_export import exported, rows_of

START = NOW - timedelta(days=1)
STEP = timedelta(seconds=20)
"""Less than the time within which a second click is the same, so that both sides are tried."""
PRIYA = "priya@mail.example"
ENDED = START + 40 * STEP


@dataclass(frozen=True)
class Act:
    """A tick that becomes known some steps after it was made, or a click (`late` None)."""

    step: int
    late: int | None
    is_everything: bool = False

    @property
    def at(self) -> datetime:
        return START + self.step * STEP

    @property
    def known_at(self) -> datetime:
        return self.at + (self.late or 0) * STEP


ACTS = st.lists(
    st.builds(Act, st.integers(0, 12), st.none() | st.integers(0, 12), st.booleans()), max_size=8
)


def play(store: Store, acts: list[Act]) -> None:
    """Let everything become known in its order; a click works at once."""
    source = declared(store)
    early = link_to(store, email(PRIYA))  # made before the store knew the address
    for number, act in enumerate(sorted(acts, key=lambda act: act.known_at)):
        if act.late is None:
            link = early if number % 2 else link_to(store, email(PRIYA))
            scope = None if act.is_everything else Channel.EMAIL
            reason = OptOutReason.UNSUBSCRIBE
            said = Said(scope, act.at, "unsubscribe link", reason, once_within=ONE_CLICK)
            assert stop_by_link(store, SUPPRESSION_KEY, link, said)
        else:
            asked = fields(PRIYA, None, "Priya")
            sent = delivery(str(1_000_000 + number), asked, at=act.at, received_at=act.known_at)
            take(store, source, sent, at=act.known_at)


@settings(max_examples=40, deadline=None)
@given(acts=ACTS)
@example(acts=[Act(0, 0), Act(1, None), Act(2, 12), Act(3, None)])
@example(acts=[Act(0, None), Act(1, 0), Act(2, None)])
@example(acts=[Act(0, None), Act(1, 0), Act(1, None, is_everything=True)])
def test_a_list_names_who_ticked_after_the_last_click_and_nobody_else(
    migrated_sqlite: Path, acts: list[Act]
) -> None:
    ticks = [act.step for act in acts if act.late is not None]
    clicks = [act.step for act in acts if act.late is None]
    is_wanted = bool(ticks) and max(ticks) > max(clicks, default=-1)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "leads.db").write_bytes(migrated_sqlite.read_bytes())
        store = Store(f"sqlite:///{folder}/leads.db")
        play(store, acts)
        exported(store, folder / "list.csv", at=ENDED)
        assert len(rows_of(folder / "list.csv")) == is_wanted
        assert may_email(store, email(PRIYA), at=ENDED).is_allowed == is_wanted
        store.close()
