"""What can go wrong with the pretend IMAP server, on demand."""

import threading
from collections import Counter
from enum import StrEnum


class ImapFault(StrEnum):
    """A fault that hits the next command it fits, as often as it was asked for."""

    DROP_IN_FETCH = "drop_in_fetch"  # the line breaks in the middle of a message
    SLOW_LITERAL = "slow_literal"  # a message comes in drips
    VANISH_BEFORE_FETCH = "vanish_before_fetch"  # somebody deletes what was just found
    BYE = "bye"  # the server says that it goes, and goes
    BYE_IN_IDLE = "bye_in_idle"
    DROP_IN_IDLE = "drop_in_idle"  # the line breaks without a word
    HANG = "hang"  # no answer, and the line stays open
    REFUSE_LOGIN = "refuse_login"


class ImapFaults:
    """The faults that are still to happen."""

    def __init__(self) -> None:
        """Begin without any."""
        self._owed: Counter[ImapFault] = Counter()
        self._lock = threading.Lock()

    def ask(self, fault: ImapFault, times: int = 1) -> None:
        """Let a fault happen the next few times that it can."""
        with self._lock:
            self._owed[fault] += times

    def strikes(self, fault: ImapFault) -> bool:
        """Say whether a fault happens now; then it is one fewer."""
        with self._lock:
            if not self._owed[fault]:
                return False
            self._owed[fault] -= 1
            return True
