"""Two clients and the agency share a store, and each finds in it what it would find in its own.

Whatever happens to one is done in the shared store and in a store of its own. If what belongs to
another could meet, suppress, decide, count or show anything of it, the two would differ.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.acceptance.side_by_side import DEEP, Url
from tests.acceptance.steps_of_officers import Cases, Confirming
from tests.acceptance.steps_of_people import EVERY_STANDING, Everyday, Usual
from tests.acceptance.steps_outside import Contracts, Platforms
from tests.postgres import Server


class Everything(Everyday, Confirming, Cases, Platforms, Contracts):
    """All that may happen, in any order."""

    standings = EVERY_STANDING


class Asked(Confirming, Cases):
    """What people ask for and confirm, and what officers do about it."""


MACHINES = (Everyday, Asked, Platforms, Contracts)
"""One for each matter: among few steps those that build on one another meet more often."""


def chosen(examples: int, steps: int) -> settings:
    """Return how many sequences are tried, and of which length."""
    return settings(
        max_examples=DEEP or examples,
        stateful_step_count=40 if DEEP else steps,
        derandomize=not DEEP,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def _try(machine: type[Usual], template: Path, shared: Url, how: settings) -> None:
    class Machine(machine):  # type: ignore[misc, valid-type] # the test says which
        def __init__(self) -> None:
            super().__init__(template, shared)

    run_state_machine_as_test(Machine, settings=how)


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_of_one_client_reaches_another_on_sqlite(
    machine: type[Usual], migrated_sqlite: Path
) -> None:
    @contextmanager
    def shared(path: Path) -> Iterator[str]:
        shutil.copyfile(migrated_sqlite, path)
        yield f"sqlite:///{path}"

    _try(machine, migrated_sqlite, shared, chosen(2, 12))


def test_nothing_of_one_client_reaches_another_on_postgresql(
    migrated_sqlite: Path, postgres: Server, migrated_postgres: str
) -> None:
    @contextmanager
    def shared(_path: Path) -> Iterator[str]:
        with postgres.database(migrated_postgres) as url:
            yield url

    _try(Everything, migrated_sqlite, shared, chosen(1, 20))
