"""A pretend IMAP server on a socket: it knows what a reader needs, and fails on demand."""

import contextlib
import socket
import ssl
import threading
from typing import Self

from simulator.imap_faults import ImapFaults
from simulator.imap_mailbox import Mailbox
from simulator.imap_session import Account, Session

_HOST = "127.0.0.1"


class ImapServer:
    """Serves one account until the block ends. `commands` are the names of what was asked."""

    def __init__(
        self,
        mailbox: Mailbox,
        account: Account,
        *,
        faults: ImapFaults | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the port; nobody is answered yet."""
        self.mailbox = mailbox
        self.account = account
        self.faults = faults or ImapFaults()
        self.commands: list[str] = []
        self._tls = tls
        self._listener = socket.create_server((_HOST, port))
        self._ends = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True, name="imap")

    @property
    def port(self) -> int:
        """Return the port it listens at."""
        number: int = self._listener.getsockname()[1]
        return number

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in list(self._open):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener is closed: the end
            while not self._ends.is_set():
                line, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        try:
            if self._tls:
                line = self._tls.wrap_socket(line, server_side=True)
            self._open.add(line)
            session = Session(line, self.mailbox, self.account, self.faults, self._ends)
            session.run(self.commands)
        except OSError:
            pass  # the client went, or did not like our certificate
        finally:
            self._open.discard(line)
            line.close()
