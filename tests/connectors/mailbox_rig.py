"""Mail servers for the tests, and pulls from them: our own with faults, pymap, Dovecot."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from imapclient import IMAPClient

from connectors._email_account import EmailInboxSettings
from connectors.base import ConnectorIO, Delivery, StreamFailed
from connectors.email_inbox import EmailInbox
from simulator.imap_mailbox import Mailbox
from simulator.imap_server import ImapServer
from simulator.imap_session import Account
from tests.build import NOW

NAME, PASSWORD = "hello@my-agency.example", "the-password-of-the-mailbox"
_PATIENCE_SECONDS = 20.0


@dataclass
class Address:
    """Where a server listens, and as whom one signs in."""

    port: int
    name: str = NAME
    password: str = PASSWORD
    folder: Path = Path()


def settings(port: int, **own: Any) -> EmailInboxSettings:
    """Return the settings of a mailbox on this machine."""
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "username": NAME,
        "password": PASSWORD,
        "addresses": [NAME],
        "timeout_seconds": 3,
    }
    return EmailInboxSettings.model_validate(
        {name: value for name, value in (given | own).items() if value is not None}
    )


def connector(port: int, now: datetime = NOW, **own: Any) -> EmailInbox:
    """Return the connector of a mailbox on this machine."""
    io = ConnectorIO(now=lambda: now, sleep=time.sleep, log=structlog.get_logger())
    return EmailInbox(settings(port, **own), io)


def polled(
    mailbox: EmailInbox, cursors: dict[str, str], at_most: int | None = None
) -> list[Delivery]:
    """Poll once, keep the cursors, and return what came; `at_most`: break off after so many."""
    found: list[Delivery] = []
    polling = mailbox.poll(cursors)
    with closing(polling):  # type: ignore[type-var]
        for batch in polling:
            if isinstance(batch, StreamFailed):
                raise batch.error
            found += batch.deliveries
            if batch.cursor is not None:
                cursors[batch.stream] = batch.cursor
            if at_most is not None and len(found) >= at_most:
                break
    return found


@contextmanager
def simulated(**account: Any) -> Iterator[ImapServer]:
    """Run our own server, which fails on demand."""
    with ImapServer(Mailbox(), Account(NAME, PASSWORD, **account)) as server:
        yield server


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


def _wait_for(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    ends_at = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                if line.recv(4).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
        assert process is None or process.poll() is None, "the mail server ended"
    raise AssertionError("the mail server does not answer")


@contextmanager
def pymap() -> Iterator[Address]:
    """Run pymap, a real server in Python."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    account = ["--demo-user", "leads", "--demo-password", PASSWORD]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([str(program), *words, *account], **quiet) as process:
        try:
            _wait_for(port, process)
            yield Address(port, "leads")
        finally:
            process.kill()


@contextmanager
def dovecot(folder: Path) -> Iterator[Address]:
    """Run Dovecot, as most offices' servers are, in a folder of its own."""
    if shutil.which("dovecot") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("THE MAILBOX IS NOT TESTED WITH DOVECOT: it is not installed")
        pytest.skip("THE MAILBOX IS NOT TESTED WITH DOVECOT: it is not installed")
    user = pwd.getpwuid(os.getuid())
    if user.pw_uid == 0:  # Dovecot does not serve mail as root
        user = pwd.getpwnam("nobody")
    port = free_port()
    config = _dovecot_config(folder, port, user)
    program = shutil.which("dovecot") or ""
    # it goes into the background, and would keep a pipe open
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([program, "-c", str(config)], check=True, **quiet)
    try:
        _wait_for(port)
        yield Address(port, "leads", folder=folder / "home" / "leads" / "Maildir")
    finally:
        subprocess.run([program, "-c", str(config), "stop"], check=False, **quiet)


def _dovecot_config(folder: Path, port: int, user: pwd.struct_passwd) -> Path:
    group = grp.getgrgid(user.pw_gid).gr_name
    for name in ("run", "state", "home"):
        (folder / name).mkdir()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
        path.chmod(0o755)
    for parent in folder.parents:  # what pytest makes is closed to others
        if parent.owner() == pwd.getpwuid(os.getuid()).pw_name and parent.name.startswith("p"):
            parent.chmod(0o755)
    users = folder / "users"
    users.write_text(f"leads:{{PLAIN}}{PASSWORD}::::::\n")
    users.chmod(0o644)
    config = folder / "dovecot.conf"
    config.write_text(
        f"""base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user.pw_name}
default_internal_group = {group}
default_login_user = {user.pw_name}
first_valid_uid = {user.pw_uid}
mail_home = {folder}/home/%n
mail_location = maildir:~/Maildir
mail_uid = {user.pw_uid}
mail_gid = {user.pw_gid}
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = {users}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={folder}/home/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
"""
    )
    return config


@contextmanager
def hand(address: Address) -> Iterator[IMAPClient]:
    """Sign in as somebody else who uses the mailbox."""
    with IMAPClient("127.0.0.1", address.port, ssl=False, timeout=10) as client:
        client.login(address.name, address.password)
        yield client
