"""Run console scripts in forks of a process that has imported what they need: a second saved each.

A program of its own, which imports nothing of the tests and holds no thread and no open file, so
that its children begin as a new interpreter begins. It is told in `forking.py` what to run.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

MESSAGE_BYTES = 200_000
STREAMS = 3
"""With an order come stdin, stdout and stderr, then the pipe on which its end is told."""


class Children:
    """What runs, by the descriptor that becomes readable when it ends."""

    def __init__(self) -> None:
        self._running: dict[int, tuple[int, int]] = {}

    def add(self, child: int, told: int) -> int:
        """Take a child in and tell its number; return the descriptor to watch."""
        with suppress(BrokenPipeError):
            os.write(told, b"%d\n" % child)
        ends = os.pidfd_open(child)
        self._running[ends] = (child, told)
        return ends

    def remove(self, ends: int) -> None:
        """Let a child go that has ended, and tell how: its exit code, or minus its signal."""
        child, told = self._running.pop(ends)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(BrokenPipeError):  # whoever started it may not wait any more
            os.write(told, b"%d\n" % code)
        os.close(ends)
        os.close(told)

    def close(self) -> None:
        """Close what belongs to others: a child must not hold it open."""
        for ends, (_, told) in self._running.items():
            os.close(ends)
            os.close(told)


def serve(orders: socket.socket) -> list[str] | None:
    """Fork for every order; return a command's words in its child, None when nobody orders more."""
    children = Children()
    with selectors.DefaultSelector() as waiting:
        waiting.register(orders, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is not orders:
                    waiting.unregister(key.fd)
                    children.remove(key.fd)
                    continue
                message, files, _, _ = socket.recv_fds(orders, MESSAGE_BYTES, STREAMS + 1)
                if not message:
                    return None
                child = os.fork()
                if child == 0:
                    children.close()
                    return become(json.loads(message), files)
                for file in files[:STREAMS]:
                    os.close(file)
                waiting.register(children.add(child, files[STREAMS]), selectors.EVENT_READ)


def become(order: dict[str, Any], files: list[int]) -> list[str]:
    """Give this process what a command was given; return the command's words."""
    for number, file in enumerate(files[:STREAMS]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    words: list[str] = order["words"]
    sys.path[0] = str(Path(words[0]).parent)
    return words


def import_all(root: Path, folders: list[str]) -> None:
    """Import every module of some folders; what is heavy they import when they need it."""
    sys.path[0] = str(root)
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts and parts[-1] not in {"__main__", "__init__"}:
                importlib.import_module(".".join(parts))


def main() -> None:
    """Import, then serve; in a child, run its script as the interpreter does."""
    number, root, *folders = sys.argv[1:]
    import_all(Path(root), folders)
    gc.freeze()  # what is imported stays in pages that all children share
    with socket.socket(fileno=int(number)) as orders:
        words = serve(orders)
    if words is not None:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
