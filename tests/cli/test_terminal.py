"""What a person at a terminal sees, of whatever width; elsewhere nothing moves."""

import fcntl
import os
import pty
import re
import signal
import sqlite3
import struct
import subprocess
import termios
from contextlib import closing

import pytest

from simulator.graph_api import GraphServer
from tests.cli.conftest import Office
from tests.cli.running import LEADLEDGER, told
from tests.connectors import meta_corpus

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07)")
MANGLED = meta_corpus.ROOT / "files/ids_mangled_by_a_spreadsheet.csv"


def _on_terminal(office: Office, *words: object, columns: int = 80) -> tuple[int, str]:
    """Run a command with a terminal as its output; return its code and all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    program = subprocess.Popen(
        [str(word) for word in (LEADLEDGER, *words)],
        cwd=office.folder,
        env=office.environment | {"TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = bytearray()
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:
        pass  # Linux says so when the last writer has closed the terminal
    finally:
        os.close(ours)
    return program.wait(30), written.decode()


def _lines(written: str) -> list[str]:
    return [line.rstrip() for line in ESCAPES.sub("", written).replace("\r", "").split("\n")]


def test_a_pull_shows_its_progress_on_a_terminal_only(joined: Office, graph: GraphServer) -> None:
    graph.latency = 0.2
    code, written = _on_terminal(joined, "pull")
    assert code == 0
    assert "Pulling meta-main" in written
    assert "\x1b[" in written
    assert "test lead" in _lines(written)[-2]
    graph.latency = 0.0
    elsewhere = joined("pull")
    assert "Pulling" not in elsewhere.err
    assert "\x1b" not in elsewhere.err


@pytest.mark.parametrize("columns", [80, 120])
def test_a_time_line_folds_between_words(stocked: Office, columns: int) -> None:
    use = ("--purpose", "direct_marketing", "--channel", "email")
    assert stocked("export", *use, "--out", "list.csv").code == 0
    with closing(sqlite3.connect(stocked.folder / "leads.db")) as database:
        [[key]] = database.execute("SELECT lead_id FROM listed LIMIT 1")
    code, written = _on_terminal(stocked, "provenance", key, columns=columns)
    assert code == 0
    lines = _lines(written)
    assert max(map(len, lines)) <= columns
    assert "ticked freely: it counts" in told(written)
    digests = re.findall(r"leaf hash: ([0-9a-f]+)", told(written))
    assert [len(digest) for digest in digests] == [64]
    piped = stocked("provenance", key)
    # by then the first look is on record itself
    assert told(piped.out).startswith(f"{told(written)} ")
    assert "people viewed" in told(piped.out).removeprefix(told(written))
    assert max(map(len, piped.out.splitlines())) <= 100


@pytest.mark.parametrize("columns", [80, 140])
def test_a_list_keeps_ids_and_names_whole(stocked: Office, columns: int) -> None:
    [row] = stocked("leads", "list", "--limit", "1", "--json").json
    with closing(sqlite3.connect(stocked.folder / "leads.db")) as database:
        name = ("[bold]Wolfe-Schlegel[/bold]", row["id"].replace("-", ""))
        database.execute("UPDATE lead SET full_name = ? WHERE id = ?", name)
        database.commit()
    code, written = _on_terminal(stocked, "leads", "list", "--limit", "1", columns=columns)
    assert code == 0
    lines = _lines(written)
    assert max(map(len, lines)) <= columns
    assert row["id"] in written
    assert row["submitted_at"][:10] in written
    assert "…" not in written
    assert ("[bold]Wolfe-Schlegel[/bold]" in written) == (columns > 100)
    assert "Schlegel[/bold]" in "".join(told(written).split())


@pytest.mark.parametrize("words", [("status",), ("check", "--offline"), ("deliveries", "list")])
def test_reports_fit_a_narrow_terminal(stocked: Office, words: tuple[str, ...]) -> None:
    assert stocked("import", MANGLED, "--source", "meta-main").code == 3
    code, written = _on_terminal(stocked, *words)
    assert code == 0
    assert max(map(len, _lines(written))) <= 80
    assert "…" not in written


def test_no_colour_is_kept_where_it_is_asked_for(stocked: Office) -> None:
    stocked.variables["NO_COLOR"] = "1"
    code, written = _on_terminal(stocked, "leads", "list")
    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", written)


def test_a_demo_on_a_terminal_serves_until_it_is_interrupted(stocked: Office) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [LEADLEDGER, "demo", "--leads", "5"],
        cwd=stocked.folder,
        env=stocked.environment | {"TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    while b"Ctrl-C ends it." not in written:
        written += os.read(ours, 65536)
    pulled = stocked("pull", "--config", "demo/config.toml")
    assert pulled.code == 0
    program.send_signal(signal.SIGINT)
    assert program.wait(30) == 0
    os.close(ours)
