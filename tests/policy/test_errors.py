"""What stops a step: each branch has its code, its exit code, and only safe words."""

from datetime import timedelta

import pytest

from policy import errors
from policy.errors import ConfigError, LeadsError, SourceUnavailable

EXIT_CODES = {
    "ConfigError": 4,
    "UsageError": 2,
    "SourceUnavailable": 5,
    "SourceRefused": 4,
    "SourceChanged": 4,
    "StoreUnavailable": 5,
    "SchemaOutOfDate": 4,
    "LedgerBroken": 6,
    "StoreRestored": 6,
    "BackupBroken": 6,
    "NotAllowed": 4,
    "SignInRefused": 4,
    "SignInLater": 5,
}
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, LeadsError)
]


@pytest.mark.parametrize(("name", "exit_code"), EXIT_CODES.items())
def test_each_error_ends_with_its_exit_code(name: str, exit_code: int) -> None:
    kind = getattr(errors, name)
    assert kind("the fact. Cure: the cure").exit_code == exit_code


def test_every_error_that_stops_a_step_has_a_code_of_its_own() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_the_tree_at_the_top_of_the_file_names_every_error_with_its_exit_code() -> None:
    lines = (errors.__doc__ or "").splitlines()
    for kind in KINDS:
        (line,) = (each for each in lines if kind.__name__ in each.split())
        if kind.__name__ in EXIT_CODES:
            assert line.endswith(f"exit {kind.exit_code}")


def test_all_mistakes_of_a_configuration_are_kept() -> None:
    assert ConfigError("store.url: missing").mistakes == ["store.url: missing"]
    both = ConfigError(["store.url: missing", "sources[0].kind: unknown"])
    assert both.mistakes == ["store.url: missing", "sources[0].kind: unknown"]
    assert str(both) == "store.url: missing\nsources[0].kind: unknown"


def test_a_source_may_say_how_long_to_wait() -> None:
    assert SourceUnavailable("The source is busy.").retry_after is None
    assert str(SourceUnavailable("The source is busy.")) == "The source is busy."
    asked = SourceUnavailable("The source is busy.", retry_after=timedelta(minutes=5))
    assert asked.retry_after == timedelta(minutes=5)
