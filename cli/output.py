"""How results leave: data to stdout, words to stderr, progress on a terminal."""

import errno
import io
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from policy.errors import LeadsError

PIPED_WIDTH = 100
UNLIMITED = 1_000_000
_NARROWEST = 40
_STEERS_TERMINALS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class OutputLost(LeadsError):  # noqa: N818 - named for what happened, as in policy/errors.py
    """What a command had to say could not be written: the disk that stdout leads to is full."""

    code = "output.lost"
    exit_code = 5


class ReaderGone(LeadsError):  # noqa: N818 - see above
    """Whoever read the output has closed it (`… | head`); nobody is left to be told."""

    code = "output.closed"
    exit_code = 141


def prepare_streams() -> None:
    """Make stdout and stderr writable whatever the shell gave: closed ones, or a poor encoding."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as the program
        else:
            stream.reconfigure(errors="backslashreplace")


def emit_json(data: object) -> None:
    """Print one JSON document in UTF-8; times in ISO 8601, keys of ours as text.

    Raises:
        OutputLost: stdout cannot be written.
        ReaderGone: stdout was closed by its reader.
    """
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
    document = orjson.dumps(data, option=options)
    with _told(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(document)


def print_data(text: str) -> None:
    """Print a line of data to stdout. Raises as `emit_json`."""
    with _told(sys.stdout):
        sys.stdout.write(f"{plain(text)}\n")


def flush_data() -> None:
    """Hand over what was printed. Raises as `emit_json`."""
    with _told(sys.stdout):
        sys.stdout.flush()


@contextmanager
def _told(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # what is left in the buffer would fail once more while the program ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if error.errno == errno.EPIPE:
            raise ReaderGone from None
        raise OutputLost(
            f"The output cannot be written: {error.strerror}."
            " Cure: make room, or send it somewhere else."
        ) from error


def say(text: str) -> None:
    """Print words to stderr, after the data that stands before them. Raises as `emit_json`."""
    flush_data()
    with _told(sys.stderr):
        sys.stderr.write(f"{plain(text)}\n")


def plain(text: str) -> str:
    """Return a text without what would steer a terminal: people may type anything into a form."""
    return _STEERS_TERMINALS.sub("\N{REPLACEMENT CHARACTER}", text)


def shown_path(path: Path) -> str:
    """Return a path as text, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def print_wrapped(
    text: str, indent: str = "", *, hanging: str = "  ", piped_width: int = PIPED_WIDTH
) -> None:
    """Print one line of data, folded between words to the terminal's width.

    Lines after the first are indented by `hanging` more. Without a terminal, `piped_width` counts.
    """
    width = _terminal_width() if sys.stdout.isatty() else piped_width
    folded = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    print_data("\n".join(folded))


def _terminal_width() -> int:
    return max(_NARROWEST, shutil.get_terminal_size().columns)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], whole: Sequence[str] = ()
) -> None:
    """Print a table to stdout; colours, lines and folding on a terminal only.

    The columns in `whole` are never folded.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    rules = box.SIMPLE_HEAD if is_terminal else None
    shown = Table(box=rules, pad_edge=False, padding=(0, 1 if is_terminal else 2, 0, 0))
    for column in columns:
        shown.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        # as Text, so that brackets in what people wrote are never taken for markup
        shown.add_row(*(Text("" if cell is None else plain(str(cell))) for cell in row))
    drawn = io.StringIO()
    width = _terminal_width() if is_terminal else UNLIMITED
    Console(file=drawn, force_terminal=is_terminal, width=width, highlight=False).print(shown)
    with _told(sys.stdout):
        sys.stdout.writelines(
            f"{line.rstrip()}\n" for line in drawn.getvalue().removesuffix("\n").split("\n")
        )


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Show a running count on stderr while something long goes on, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(escape(plain(what)), total=None)
        yield lambda count: shown.advance(task, count)
