"""Bodies that trickle, break off or never end, over real sockets."""

import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from models.store import Store
from tests.web.pushing import GOOGLE, google_body, google_source, rows_in
from tests.web.serving import listening

BODY = google_body()
HEAD = f"POST /in/{GOOGLE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LENGTH = f"Content-Length: {len(BODY)}\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"


def answered(url: str, parts: Sequence[bytes], pause: float = 0.0, *, ends: bool = False) -> str:
    """Send parts one after the other; return the first line of the answer, empty if none came."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=15) as line:
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            if ends:
                line.shutdown(socket.SHUT_WR)
            return line.recv(4096).split(b"\r\n")[0].decode()
        except OSError:
            return ""


def chunk(part: bytes) -> bytes:
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"


@pytest.fixture
def head() -> bytes:
    return (HEAD + LENGTH).encode()


def test_a_body_in_small_pieces_is_taken(sqlite_store: Store, head: bytes) -> None:
    with listening(sqlite_store, google_source()) as url:
        pieces = [BODY[n : n + 40] for n in range(0, len(BODY), 40)]
        assert answered(url, [head, *pieces], 0.005) == "HTTP/1.1 200 OK"
        chunks = [(HEAD + CHUNKED).encode(), *map(chunk, pieces), b"0\r\n\r\n"]
        assert answered(url, chunks) == "HTTP/1.1 200 OK"
    assert rows_in(sqlite_store, "inbox") == 2


def test_who_trickles_a_body_is_not_waited_for(sqlite_store: Store, head: bytes) -> None:
    with listening(sqlite_store, google_source(), body_seconds=1) as url:
        began = time.monotonic()
        pieces = [head, *(BODY[n : n + 1] for n in range(30))]
        assert answered(url, pieces, 0.05).startswith("HTTP/1.1 408")
        assert time.monotonic() - began < 10
        assert answered(url, [head, BODY]) == "HTTP/1.1 200 OK"
    assert rows_in(sqlite_store, "inbox") == 1


def test_a_body_without_an_end_is_cut_off_at_its_size(sqlite_store: Store) -> None:
    with listening(sqlite_store, google_source()) as url:
        endless = [(HEAD + CHUNKED).encode(), *([chunk(b"x" * 65_536)] * 40)]
        assert answered(url, endless) in ("HTTP/1.1 413 Request Entity Too Large", "")
        assert answered(url, [(HEAD + LENGTH).encode(), BODY]) == "HTTP/1.1 200 OK"
    assert rows_in(sqlite_store, "inbox") == 1


def test_a_body_that_breaks_off_is_not_kept(sqlite_store: Store, head: bytes) -> None:
    with listening(sqlite_store, google_source()) as url:
        answered(url, [head, BODY[:50]], ends=True)
        assert answered(url, [head, BODY]) == "HTTP/1.1 200 OK"
    assert rows_in(sqlite_store, "inbox") == 1


def test_what_is_no_request_at_all_is_refused(sqlite_store: Store) -> None:
    with listening(sqlite_store, google_source()) as url:
        assert answered(url, [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"]).startswith("HTTP/1.1 400")
        assert answered(url, [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"]) == "HTTP/1.1 200 OK"
