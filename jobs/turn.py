"""What a job is given when its turn comes, and what it answers."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.delivery import RunOutcome
from pipeline.timing import Timing
from pipeline.wiring import House
from policy.errors import SourceUnavailable


@dataclass(slots=True)
class Turn:
    """One run of a job: the house, how far it is, and whether it should end soon.

    `is_lost`: another daemon has the run now, since this one gave no sign of life for too long.
    """

    house: House
    stop: threading.Event
    done: int = 0
    is_lost: bool = False
    is_broken_off: bool = False

    def progress(self, more: int) -> None:
        """Count what is done; whoever looks at the status sees it."""
        self.done += more

    def is_stopping(self) -> bool:
        """Say whether the job should end after what it has in hand; the rest waits for later."""
        self.is_broken_off = self.is_broken_off or self.is_lost or self.stop.is_set()
        return self.is_broken_off

    def sleep(self, seconds: float) -> None:
        """Wait as a source asks for it, but not when told to stop.

        Raises:
            SourceUnavailable: told to stop.
        """
        self.stop.wait(seconds)
        if self.is_stopping():
            raise SourceUnavailable(
                "Told to stop while the source had to be waited for. Nothing is lost. Cure: none;"
                " the next round goes on there."
            )


@dataclass(frozen=True, slots=True)
class Result:
    """How a job went. `message` says what went wrong, with the cure; it names nobody."""

    counts: Mapping[str, int] = field(default_factory=dict)
    outcome: RunOutcome = RunOutcome.DONE
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the schedule: a job, the source that it is about (or none), when, and what.

    `after` is the key of another: the first run of all waits until one of that has ended.
    """

    job: str
    subject: str
    timing: Timing
    run: Callable[[Turn], Result]
    after: tuple[str, str] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from the others."""
        return self.job, self.subject

    @property
    def name(self) -> str:
        """Return it as a person reads it."""
        return f"{self.job} {self.subject}".rstrip()
