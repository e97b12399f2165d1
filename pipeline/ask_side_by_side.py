"""Ask several places at the same time, and wait for none of them for longer than it is worth."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.finding import Fault, Finding, Limits
from policy.errors import LeadsError


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be asked: `ask` yields what is found, a piece whenever it is known."""

    subject: str
    ask: Callable[[], Iterable[Finding]]


def told(question: Question) -> Iterator[Finding]:
    """Yield what is found; a fault of the program is a finding, so that it hides no other."""
    try:
        yield from question.ask()
    except LeadsError as error:
        yield Finding(question.subject, False, str(error), Fault.CHECK_FAILED)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other parts must be told
        # without its text, which may hold a secret
        what = f"the check itself failed ({type(fault).__name__}). Cure: report this line."
        yield Finding(question.subject, False, what, Fault.CHECK_FAILED)


def ask_side_by_side(questions: Iterable[Question], limits: Limits) -> Iterator[Finding]:
    """Yield what is found, question by question in their order; all are asked at once.

    Whoever keeps silent for longer than `limits.probe` is given up, and so are all when
    `limits.whole` is over.
    """
    ends_at = time.monotonic() + limits.whole
    for asked in [_Asked(question) for question in questions]:
        yield from asked.answers(limits.probe, ends_at)


@dataclass(slots=True)
class _Asked:
    """A question that is being asked, in a thread that nobody has to wait for."""

    question: Question
    _found: queue.SimpleQueue[Finding | None] = field(default_factory=queue.SimpleQueue)
    _heard_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        threading.Thread(target=self._ask, name=self.question.subject, daemon=True).start()

    def _ask(self) -> None:
        for finding in told(self.question):
            self._tell(finding)
        self._tell(None)

    def _tell(self, finding: Finding | None) -> None:
        self._heard_at = time.monotonic()
        self._found.put(finding)

    def answers(self, longest: float, ends_at: float) -> Iterator[Finding]:
        """Yield what is found until all is told, or the patience is at its end."""
        while True:
            patience = min(self._heard_at + longest, ends_at) - time.monotonic()
            try:
                finding = self._found.get(timeout=max(patience, 0.001))
            except queue.Empty:
                yield self._unfinished(longest)
                return
            if finding is None:
                return
            yield finding

    def _unfinished(self, longest: float) -> Finding:
        """Tell somebody who keeps silent from somebody who has more to say than there is time."""
        subject = self.question.subject
        if time.monotonic() < self._heard_at + longest:
            what = "not all could be asked in time. Cure: none is needed if the rest is well."
            return Finding(subject, None, what, Fault.NO_ANSWER_IN_TIME)
        what = "no answer in time. Cure: check the network, and that it is up; then check again."
        return Finding(subject, False, what, Fault.NO_ANSWER_IN_TIME)
