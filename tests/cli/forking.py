"""Start `leadledger` as a fork of a process that has imported it, where that makes no difference.

What a fork does not show are faults of the installation and of the interpreter's own start;
`test_installed.py` and all that goes through a shell or a terminal start the real program.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("policy", "connectors", "models", "pipeline", "jobs", "web", "cli")
LANGUAGE = "C.UTF-8"
READ_WHILE_STARTING = ("PYTHON", "LC_", "LD_", "TERM", "FORCE_COLOR")
"""How variables begin that an interpreter or a library reads once, long before it is forked."""


def can_fork(environment: Mapping[str, str]) -> bool:
    """Say whether a fork in this environment would behave as a new process does."""
    starts_alike = not any(name.startswith(READ_WHILE_STARTING) for name in environment)
    return starts_alike and environment.get("LANG") == LANGUAGE and hasattr(os, "pidfd_open")


@cache
def _orders() -> socket.socket:
    """Start the server of this process, which ends with it; return where it takes orders."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    program = Path(__file__).with_name("fork_server.py")
    server = subprocess.Popen(
        [sys.executable, program, str(theirs.fileno()), ROOT, *FOLDERS],
        env={"PATH": os.environ["PATH"], "LANG": LANGUAGE},
        # its streams are of the kinds that a command's are, for what Python finds out only once
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        ours.close()
        server.terminate()
        server.communicate()

    atexit.register(end)
    return ours


class Forked:
    """A command that runs in a fork, with the face of `subprocess.Popen`."""

    def __init__(
        self,
        words: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        out: int | IO[str] = subprocess.PIPE,
    ) -> None:
        order = {"words": words, "folder": str(folder), "environment": environment}
        self._told, tells = os.pipe()
        errors, err = os.pipe()
        data = None
        if isinstance(out, int):
            assert out == subprocess.PIPE
            data, given = os.pipe()
        else:
            given = os.dup(out.fileno())
        nothing = os.open(os.devnull, os.O_RDONLY)
        files = [nothing, given, err, tells]
        socket.send_fds(_orders(), [json.dumps(order).encode()], files)
        for file in files:
            os.close(file)
        self.args = words
        self.returncode: int | None = None
        self.stdout = None if data is None else os.fdopen(data, encoding="utf-8")
        self.stderr = os.fdopen(errors, encoding="utf-8")
        self.pid = self._number()

    def _number(self) -> int:
        """Return the next number that is told of this command."""
        told = b""
        while not told.endswith(b"\n"):
            more = os.read(self._told, 1)
            assert more, "the fork server is gone"
            told += more
        return int(told)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, or minus the signal, once the command has ended.

        Raises:
            subprocess.TimeoutExpired: it has not ended in that many seconds.
        """
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = self._number()
            os.close(self._told)
        return self.returncode

    def poll(self) -> int | None:
        """Return what `wait` does, or None while the command runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the command has ended."""
        if self.poll() is None:
            # it may end in this very moment
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the command, unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what was written to stdout and stderr, once both are closed and the command ended.

        Raises:
            subprocess.TimeoutExpired: that has not come to pass in so many seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        streams = [one for one in (self.stdout, self.stderr) if one and not one.closed]
        read = {stream.fileno(): bytearray() for stream in streams}
        unread = set(read)
        while unread:
            ready = select.select(unread, [], [], _left(until))[0]
            if not ready:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            for file in ready:
                more = os.read(file, 1 << 16)
                read[file] += more
                unread -= set() if more else {file}
        self.wait(_left(until))
        return self._closed(self.stdout, read), self._closed(self.stderr, read)

    @staticmethod
    def _closed(stream: IO[str] | None, read: Mapping[int, bytearray]) -> str:
        """Close a stream; return what was read of it, with ends of lines as `subprocess` has."""
        if stream is None or stream.closed:
            return ""
        text = read[stream.fileno()].decode()
        stream.close()
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _left(until: float | None) -> float | None:
    """Return how many seconds are left until a point in time."""
    return None if until is None else max(0.0, until - time.monotonic())
