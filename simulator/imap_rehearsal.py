"""Rehearse with a pretend mailbox: `python -m simulator imap --port 8143 --messages 200`."""

import argparse
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from threading import Event

from simulator.imap_faults import ImapFault, ImapFaults
from simulator.imap_mailbox import Mailbox
from simulator.imap_server import ImapServer
from simulator.imap_session import Account

_ACCOUNT = Account("hello@my-agency.example", "rehearsal")
_TEXTS = (
    "Hello, I would like a quote for a new website. You can ring me on {phone}.",
    "Do you still have a place in the course in March? My number is {phone}.",
    "STOP",
    "Please take me off your list.",
    "Name: {name}\nEmail: {address}\nPhone: {phone}\nMessage: Please call me.",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what can be said on the command line."""
    parser.add_argument("--messages", type=int, default=200, help="how many there are (200)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same mails (7)")
    parser.add_argument("--port", type=int, default=8143, help="0 takes a free one (8143)")
    parser.add_argument("--arrivals", type=float, default=0.0, help="new mails a minute (0)")
    parser.add_argument(
        "--fault",
        type=ImapFault,
        action="append",
        choices=list(ImapFault),
        default=[],
        help="a fault that happens once; may be given several times",
    )


def rehearse(
    given: argparse.Namespace, now: Callable[[], datetime], stop: Event, say: Callable[[str], None]
) -> None:
    """Be a mailbox until told to stop."""
    chance = random.Random(given.seed)
    faults = ImapFaults()
    for fault in given.fault:
        faults.ask(fault)
    mailbox = Mailbox()
    for number in range(given.messages):
        arrived_at = now() - timedelta(minutes=given.messages - number)
        mailbox.deliver(mail(chance, number, arrived_at), arrived_at)
    with ImapServer(mailbox, _ACCOUNT, faults=faults, port=given.port) as server:
        say("A pretend mailbox answers here. Every person in it is made up.")
        say(f"  host 127.0.0.1, port {server.port}, security none")
        say(f"  username {_ACCOUNT.name}, password {_ACCOUNT.password}")
        say(f"{given.messages} mails. Ctrl-C ends it.")
        number, owed = given.messages, 0.0
        while not stop.wait(1.0):
            owed += given.arrivals / 60
            while owed >= 1:
                mailbox.deliver(mail(chance, number, now()), now())
                number, owed = number + 1, owed - 1
    say(f"\nStopped. {len(server.commands)} commands were answered.")


def mail(chance: random.Random, number: int, sent_at: datetime) -> bytes:
    """Return a mail of somebody made up: an enquiry, a stop, or what a form sends."""
    name = f"Person {number}"
    address = f"person-{number}@people.example"
    phone = f"+447700900{chance.randrange(1000):03}"
    written = EmailMessage(policy=SMTP)
    written["From"] = f"{name} <{address}>"
    written["To"] = _ACCOUNT.name
    written["Subject"] = "Your services"
    written["Date"] = sent_at
    written["Message-ID"] = f"<rehearsal-{number}@people.example>"
    written.set_content(chance.choice(_TEXTS).format(name=name, address=address, phone=phone))
    return written.as_bytes()
