"""How results leave: data to stdout, words to stderr, progress on a terminal."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def emit_json(data: object) -> None:
    """Print one JSON document; times in ISO 8601, keys of ours as text."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    print_data(orjson.dumps(data, option=options).decode())


def print_data(text: str) -> None:
    """Print data to stdout, as it is."""
    sys.stdout.write(f"{text}\n")


def say(text: str) -> None:
    """Print words to stderr, after the data that stands before them."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table to stdout; colours and lines on a terminal only."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    shown = Table(title=title or None, title_justify="left", box=_box(), pad_edge=False)
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        # as Text, so that brackets in what people wrote are never taken for markup
        shown.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console(width=None if is_terminal else 160, highlight=False).print(shown)


def _box() -> Any:  # noqa: ANN401 - rich's Box
    from rich import box

    return box.SIMPLE_HEAD


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None]]:
    """Show a running count on stderr while something long goes on, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
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
        task = shown.add_task(what, total=None)
        yield lambda count: shown.advance(task, count)
