"""Mails from files are as they came, and never from the future."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors._email_files import open_mail_file
from connectors.base import Delivery, Submission
from tests.build import NOW
from tests.connectors.email_corpus import written
from tests.mailing import connector_of, inbox

MB = 1024 * 1024
LINE = b"From someone Mon Nov  9 10:00:00 2026\n"
RECEIVED = b"Received: from a.example by mx.my-agency.example; Tue, 10 Nov 2026 08:00:00 +0000\r\n"


def opened(path: Path, raw: bytes) -> list[Delivery]:
    path.write_bytes(raw)
    return list(open_mail_file(path, NOW, MB))


def id_of(delivery: Delivery) -> str:
    [found] = connector_of(inbox()).read(delivery)
    assert isinstance(found, Submission)
    return found.external_id


def test_when_a_mail_came_is_what_the_last_server_wrote_else_the_box_else_now(
    tmp_path: Path,
) -> None:
    raw = written("We need a website.")
    [by_server] = opened(tmp_path / "a.mbox", LINE + RECEIVED + raw)
    [by_box] = opened(tmp_path / "b.mbox", LINE + raw)
    [by_nothing] = opened(tmp_path / "c.eml", raw)
    assert by_server.received_at == datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert by_box.received_at == datetime(2026, 11, 9, 10, tzinfo=UTC)
    assert by_nothing.received_at == NOW


@pytest.mark.parametrize(
    "ahead",
    [
        lambda raw: RECEIVED.replace(b"2026", b"2099") + raw,
        lambda raw: LINE.replace(b"2026", b"2099") + raw,
    ],
)
def test_a_clock_that_was_ahead_counts_as_now(
    tmp_path: Path, ahead: Callable[[bytes], bytes]
) -> None:
    [found] = opened(tmp_path / "mails", ahead(written("We need a website.")))
    assert found.received_at == NOW


def test_the_time_of_a_maildir_s_file_counts_only_where_no_server_wrote_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(RECEIVED + written("We need a website."))
    (tmp_path / "new" / "2").write_bytes(written("We need a website."))
    by_server, by_file = open_mail_file(tmp_path, NOW + timedelta(days=36_500), MB)
    assert by_server.received_at == datetime(2026, 11, 10, 8, tzinfo=UTC)
    at = (tmp_path / "new" / "2").stat().st_mtime
    assert by_file.received_at == datetime.fromtimestamp(at, UTC)


def test_a_line_that_an_mbox_had_to_quote_is_as_it_was_and_the_mail_is_the_same(
    tmp_path: Path,
) -> None:
    body = "Hello,\n\nFrom Monday on we need a website.\n>From whom may we have one?"
    raw = written(body)
    quoted = raw.replace(b"\n>From", b"\n>>From").replace(b"\nFrom M", b"\n>From M")
    [in_box] = opened(tmp_path / "all.mbox", LINE + quoted.replace(b"\r\n", b"\n") + b"\n")
    [by_itself] = opened(tmp_path / "one.eml", raw)
    assert b"\nFrom Monday on we need" in in_box.payload
    assert b"\n>From whom may we" in in_box.payload
    assert id_of(in_box) == id_of(by_itself)
