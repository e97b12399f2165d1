"""Pull a mailbox with the libraries alone and as a source; see how well mails are told apart."""

import email
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

ADDRESS, PASSWORD = "hello@my-agency.example", "a-password-of-the-bench"
_BODY = (
    "Hello,\n\nwe need a new website for our shop in Leeds. What would it cost?\n\nBest wishes\n"
)


@contextmanager
def mail_server(count: int) -> Iterator[int]:
    """Serve a mailbox of so many mails from a process of its own; give its port."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, count), daemon=True)
    process.start()
    theirs.close()
    try:
        yield mine.recv()
    finally:
        mine.close()
        process.join(10)
        process.kill()


def _serve(told: Any, count: int) -> None:
    from simulator.imap_mailbox import Mailbox
    from simulator.imap_server import ImapServer
    from simulator.imap_session import Account

    mailbox, at = Mailbox(), datetime.now(UTC) - timedelta(days=2)  # noqa: TID251 - of the pull
    for number in range(count):
        mailbox.deliver(_mail(number), at)
    with ImapServer(mailbox, Account(ADDRESS, PASSWORD)) as server:
        told.send(server.port)
        try:
            told.recv()
        except EOFError:
            return


def _mail(number: int) -> bytes:
    head = (
        f"Return-Path: <person{number}@mail.example>\r\n"
        "Received: from mx.mail.example by in.my-agency.example; Tue, 24 Nov 2026 10:00:05"
        " +0000\r\n"
        "Authentication-Results: in.my-agency.example; dmarc=pass header.from=mail.example\r\n"
        f"From: Person {number} <person{number}@mail.example>\r\nTo: {ADDRESS}\r\n"
        f"Subject: A website\r\nMessage-ID: <{number}@mail.example>\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (head + f"{_BODY}Person {number}\n".replace("\n", "\r\n")).encode()


def alone(port: int) -> Callable[[], int]:
    """Fetch and parse every mail with the libraries, as a plain script does; return how many."""
    from email import policy

    from imapclient import IMAPClient

    def work() -> int:
        read = 0
        with IMAPClient("127.0.0.1", port, ssl=False) as client:
            client.login(ADDRESS, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            uids = client.search()
            for start in range(0, len(uids), 100):
                for found in client.fetch(uids[start : start + 100], ["BODY.PEEK[]"]).values():
                    mail = email.message_from_bytes(found[b"BODY[]"], policy=policy.default)
                    body = mail.get_body(("plain", "html"))
                    text = body.get_content() if body is not None else ""
                    read += bool(mail["from"] and mail["subject"] and mail["date"] and text)
        return read

    return work


def ours(folder: Path, port: int, only_read: bool) -> Callable[[], int]:  # noqa: FBT001 - of a process
    """Pull the mailbox into a new store, or only fetch and read it; return how many leads."""
    from models import schema
    from models.store import Store
    from pipeline import wiring
    from pipeline.pull import pull
    from tests.acceptance.test_mailboxes import inbox
    from tests.build import declared

    store = Store(f"sqlite:///{folder / 'leads.db'}")
    schema.upgrade(store)
    source = inbox(port, username=ADDRESS, password=PASSWORD, timeout_seconds=60)
    declared(store, source)
    connector: Any = wiring.build(source)

    def work() -> int:
        if only_read:
            deliveries = (one for batch in connector.poll({}) for one in batch.deliveries)
            return sum(len(connector.read(each)) for each in deliveries)
        return pull(store, source, connector, wiring.now).taken.counts["stored"]

    return work


class Score(NamedTuple):
    """How well one class is told: of what was called so, and of what is so."""

    name: str
    right: int
    called: int
    there: int

    @property
    def precision(self) -> float:
        """Return the share of what was called so that is so."""
        return self.right / self.called if self.called else 1.0

    @property
    def recall(self) -> float:
        """Return the share of what is so that was called so."""
        return self.right / self.there if self.there else 1.0


def classes() -> list[Score]:
    """Read the recorded mails, and compare what each turned out to be with what it is."""
    from tests.connectors import email_corpus as corpus

    right, called, there = Counter[str](), Counter[str](), Counter[str]()
    for path in corpus.mails():
        wanted = corpus.expected(path)
        if wanted == "hostile":
            continue
        found = _main_class(corpus.classes(corpus.read(path.read_bytes())))
        there[wanted] += 1
        called[found] += 1
        right[wanted] += found == wanted
    return [Score(name, right[name], called[name], there[name]) for name in sorted(there | called)]


def _main_class(found: frozenset[str]) -> str:
    """Return the one word for a mail that says several things."""
    if "right" in found and "enquiry" not in found and "form" not in found:
        return "right"
    order = (
        "complaint",
        "bounce",
        "form",
        "optout",
        "unsure",
        "enquiry",
        "noted",
        "spam",
        "review",
    )
    return next(word for word in order if word in found)


class Answers(NamedTuple):
    """How one set of answers is read: when nobody had looked at it yet, and now."""

    name: str
    heard_when_new: float
    stopped_when_new: float
    now: Any


def answers() -> list[Answers]:
    """Read the sets of answers that were written without looking at the lists of words."""
    from tests.connectors import email_unseen as unseen

    return [Answers(name, *new, unseen.score(name)) for name, new in unseen.MEASURED.items()]
