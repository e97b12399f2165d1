"""One client of the pretend IMAP server, from its greeting to its end."""

import base64
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from simulator.imap_faults import ImapFault, ImapFaults
from simulator.imap_mailbox import Folder, Mailbox, Message
from simulator.imap_words import found, items_of, uids_in, words

_LITERAL = re.compile(rb"\{(\d{1,9})\}$")
_DRIP_BYTES = 4_096
_DRIP_SECONDS = 0.05
_IDLE_SLICE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in: with the password, or with one of the tokens (XOAUTH2)."""

    name: str
    password: str
    tokens: set[str] = field(default_factory=set)
    capabilities: str = "IMAP4rev1 IDLE MOVE SPECIAL-USE AUTH=XOAUTH2 SASL-IR"


class _Gone(Exception):  # noqa: N818 - it is how a session ends, also a good one
    """The line is to be closed."""


class Session:
    """What one client does; commands are served in the order in which they come."""

    def __init__(
        self,
        line: socket.socket,
        mailbox: Mailbox,
        account: Account,
        faults: ImapFaults,
        ends: threading.Event,
    ) -> None:
        """Prepare; nothing is said yet."""
        self._line = line
        self._read = line.makefile("rb")
        self._mailbox = mailbox
        self._account = account
        self._faults = faults
        self._ends = ends
        self._folder: Folder | None = None
        self._is_readonly = True
        self._is_signed_in = False

    def run(self, commands: list[str]) -> None:
        """Serve until the client or a fault ends it; note each command's name in `commands`."""
        self._say("* OK a pretend server is ready")
        try:
            while asked := self._read.readline():
                tag, _, rest = self._whole(asked).partition(" ")
                name, _, given = rest.partition(" ")
                if name.upper() == "UID":
                    second, _, given = given.partition(" ")
                    name = f"UID {second}"
                commands.append(name.upper())
                self._strike()
                with self._mailbox.changed:
                    self._say(f"{tag} {self._answer(name.upper(), given, tag)}")
        except _Gone:
            pass
        finally:
            with contextlib.suppress(OSError):  # whoever still reads must stop before the close
                self._line.shutdown(socket.SHUT_RDWR)
            self._read.close()

    def _whole(self, asked: bytes) -> str:
        """Return a command with the literals that its lines announce."""
        line = asked.rstrip(b"\r\n")
        while announced := _LITERAL.search(line):
            start, size = line[: announced.start()], announced[1]
            self._say("+ go on")
            literal = self._read.read(int(size)).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            line = start + b'"' + literal + b'"' + self._read.readline().rstrip(b"\r\n")
        return line.decode(errors="replace")

    def _strike(self) -> None:
        if self._faults.strikes(ImapFault.BYE):
            self._say("* BYE the server is going down")
            raise _Gone
        if self._faults.strikes(ImapFault.HANG):
            self._ends.wait()
            raise _Gone

    def _answer(self, name: str, given: str, tag: str) -> str:
        open_to_all: dict[str, Callable[[], str]] = {
            "CAPABILITY": lambda: self._tell(f"CAPABILITY {self._account.capabilities}"),
            "NOOP": lambda: "OK done",
            "LOGIN": lambda: self._login(given),
            "AUTHENTICATE": lambda: self._authenticate(given),
            "LOGOUT": lambda: self._logout(tag),
        }
        for_members: dict[str, Callable[[], str]] = {
            "LIST": self._list,
            "STATUS": lambda: self._status(given),
            "SELECT": lambda: self._select(given, is_readonly=False),
            "EXAMINE": lambda: self._select(given, is_readonly=True),
            "IDLE": self._idle,
        }
        in_a_folder: dict[str, Callable[[Folder, list[str]], str]] = {
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "UID MOVE": self._move,
        }
        if name in open_to_all:
            return open_to_all[name]()
        if not self._is_signed_in:
            return "NO sign in first"
        if name in for_members:
            return for_members[name]()
        if name in in_a_folder and self._folder is not None:
            try:
                return in_a_folder[name](self._folder, words(given))
            except ValueError:
                return "BAD not understood"
        return "BAD not understood here"

    def _login(self, given: str) -> str:
        is_known = words(given) == [self._account.name, self._account.password]
        return self._signed_in(is_known=is_known)

    def _authenticate(self, given: str) -> str:
        mechanism, _, initial = given.partition(" ")
        if mechanism.upper() != "XOAUTH2":
            return "NO not this way"
        if not initial:
            self._say("+ ")
            initial = self._read.readline().strip().decode()
        wanted = {
            f"user={self._account.name}\x01auth=Bearer {token}\x01\x01"
            for token in self._account.tokens
        }
        is_known = base64.b64decode(initial).decode() in wanted
        if not is_known:  # the reason comes first, and the client answers it with an empty line
            self._say("+ " + base64.b64encode(b'{"status":"400"}').decode())
            self._read.readline()
        return self._signed_in(is_known=is_known)

    def _signed_in(self, *, is_known: bool) -> str:
        if not is_known or self._faults.strikes(ImapFault.REFUSE_LOGIN):
            return "NO [AUTHENTICATIONFAILED] not with these"
        self._is_signed_in = True
        return "OK signed in"

    def _logout(self, tag: str) -> str:
        self._say("* BYE until next time")
        self._say(f"{tag} OK done")
        raise _Gone

    def _list(self) -> str:
        for name, folder in self._mailbox.folders.items():
            self._say(f'* LIST ({folder.special_use or ""}) "/" "{name}"')
        return "OK done"

    def _status(self, given: str) -> str:
        name, asked = words(given)
        folder = self._mailbox.folders.get(name)
        if folder is None:
            return "NO [NONEXISTENT] no such folder"
        known = {
            "UIDVALIDITY": folder.validity,
            "UIDNEXT": folder.next_uid,
            "MESSAGES": len(folder.messages),
        }
        told = " ".join(f"{each} {known[each]}" for each in asked.strip("()").split())
        return self._tell(f'STATUS "{name}" ({told})')

    def _select(self, given: str, *, is_readonly: bool) -> str:
        self._folder = self._mailbox.folders.get(words(given)[0])
        if self._folder is None:
            return "NO [NONEXISTENT] no such folder"
        self._is_readonly = is_readonly
        self._say(f"* {len(self._folder.messages)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self._folder.validity}] so far")
        self._say(f"* OK [UIDNEXT {self._folder.next_uid}] next")
        return f"OK [{'READ-ONLY' if is_readonly else 'READ-WRITE'}] open"

    def _search(self, folder: Folder, given: list[str]) -> str:
        if given[:1] == ["CHARSET"]:
            given = given[2:]
        return self._tell("SEARCH " + " ".join(map(str, found(given, folder))))

    def _fetch(self, folder: Folder, given: list[str]) -> str:
        uids = uids_in(given[0], folder)
        if uids and self._faults.strikes(ImapFault.VANISH_BEFORE_FETCH):
            del folder.messages[uids.pop(0)]
        numbers = {message.uid: n for n, message in enumerate(folder.ordered(), 1)}
        for uid in uids:
            asked = given[1].strip("()").split()
            self._send_message(numbers[uid], folder.messages[uid], asked)
        return "OK done"

    def _send_message(self, number: int, message: Message, asked: Iterable[str]) -> None:
        self._send(f"* {number} FETCH (".encode())
        gap = b""
        for name, value in items_of(message, asked):
            if isinstance(value, str):
                self._send(gap + f"{name} {value}".encode())
            else:
                self._send(gap + f"{name} {{{len(value)}}}\r\n".encode())
                self._send_literal(value)
            gap = b" "
        self._send(b")\r\n")

    def _send_literal(self, octets: bytes) -> None:
        if self._faults.strikes(ImapFault.DROP_IN_FETCH):
            self._send(octets[: len(octets) // 2])
            raise _Gone
        if not self._faults.strikes(ImapFault.SLOW_LITERAL):
            self._send(octets)
            return
        for start in range(0, len(octets), _DRIP_BYTES):
            self._send(octets[start : start + _DRIP_BYTES])
            self._ends.wait(_DRIP_SECONDS)

    def _store(self, folder: Folder, given: list[str]) -> str:
        if self._is_readonly:
            return "NO [READ-ONLY] opened to be read"
        flags = set(given[2].strip("()").split())
        for uid in uids_in(given[0], folder):
            flagged = folder.messages[uid].flags
            folder.messages[uid].flags = flagged - flags if given[1][0] == "-" else flagged | flags
        return "OK done"

    def _move(self, folder: Folder, given: list[str]) -> str:
        target = self._mailbox.folders.get(given[1])
        if target is None or self._is_readonly:
            return "NO [TRYCREATE] no such folder, or opened to be read"
        for uid in uids_in(given[0], folder):
            message = folder.messages.pop(uid)
            target.add(message.raw, message.arrived_at)
        return "OK done"

    def _idle(self) -> str:
        """Tell of each arrival until the client says DONE."""
        self._say("+ idling")
        done = threading.Event()
        listener = threading.Thread(target=self._until_done, args=(done,), daemon=True)
        listener.start()
        told = self._count()
        while not done.is_set() and not self._ends.is_set():
            self._strike_idle()
            if (count := self._count()) != told:
                told = count
                self._say(f"* {count} EXISTS")
            self._mailbox.changed.wait(_IDLE_SLICE_SECONDS)
        return "OK done"

    def _count(self) -> int:
        return len(self._folder.messages) if self._folder else 0

    def _until_done(self, done: threading.Event) -> None:
        with contextlib.suppress(OSError, ValueError):  # the session ended first
            self._read.readline()  # DONE, or the end of the line
        done.set()

    def _strike_idle(self) -> None:
        if self._faults.strikes(ImapFault.BYE_IN_IDLE):
            self._say("* BYE idled for too long")
            raise _Gone
        if self._faults.strikes(ImapFault.DROP_IN_IDLE):
            raise _Gone

    def _tell(self, text: str) -> str:
        self._say(f"* {text}")
        return "OK done"

    def _say(self, text: str) -> None:
        self._send(text.encode() + b"\r\n")

    def _send(self, octets: bytes) -> None:
        self._line.sendall(octets)
