"""Ask for passwords: at the terminal, or from a file that only its owner can read. Never as words.

What is typed as a word of a command stands in the shell's history and in every list of processes.
"""

import getpass
import os
import stat
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from policy.errors import SignInRefused, UsageError

if TYPE_CHECKING:
    from models.store import Store
    from pipeline.settings import Settings
    from pipeline.sign_in import Credentials
    from pipeline.visitor import Visitor

PASSWORD_FILE = "LEADLEDGER_STAFF_PASSWORD_FILE"  # noqa: S105 - the name of a variable
_LONGEST = 8_192
_NO_CODE = (
    f"The password is that of {PASSWORD_FILE}, with which no code is asked for: whoever has a"
    " second factor unsets it and types."
)
"""Said to whoever uses the file, whether or not their login has a second factor."""


def asked_credentials(login: str) -> "Credentials":
    """Return what somebody gives to prove who they are.

    Raises:
        UsageError: there is no terminal and no file, or the file is open to others.
    """
    from pipeline.sign_in import Credentials

    if path := os.environ.get(PASSWORD_FILE):
        return Credentials(login, password_in(Path(path)))
    _require_terminal(f"set {PASSWORD_FILE} to a file of yours (mode 0600)")
    password = _typed(f"Password of {login}: ")
    return Credentials(login, password, _typed("Code of your device (Enter if you have none): "))


def proven(store: "Store", settings: "Settings", login: str, now: datetime) -> "Visitor":
    """Return who somebody is who gives the password of a login.

    Raises:
        SignInRefused: it is not right.
        UsageError: there is no terminal and no file, or the file is open to others.
    """
    from pipeline.sign_in import SignInDesk

    given = asked_credentials(login)
    try:
        return SignInDesk(store, settings).sign_in(given, now)
    except SignInRefused as error:
        if not os.environ.get(PASSWORD_FILE):
            raise
        raise SignInRefused(f"{error} {_NO_CODE}") from None


def new_password(path: Path | None) -> str:
    """Return a new password, typed twice or from a file.

    Raises:
        UsageError: both differ, or there is no terminal and no file.
    """
    if path is not None:
        return password_in(path)
    _require_terminal("add --password-file FILE (mode 0600)")
    password = _typed("New password (12 characters or more): ")
    if _typed("The same again: ") != password:
        raise UsageError("These are not the same. Nothing was changed. Cure: start again.")
    return password


def password_in(path: Path) -> str:
    """Return the password in a file, without the end of its line.

    Raises:
        UsageError: it cannot be read, or others can read it.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST)
    except OSError as error:
        raise UsageError(
            f"The password file cannot be read: {error.strerror}. Cure: name a file of yours."
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError("The password file is open to others. Cure: chmod 600 it.")
    try:
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageError("The password file is not UTF-8 text. Cure: write it anew.") from None


def _require_terminal(cure: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"Nobody is there to type a password. Cure: {cure}.")


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise UsageError("Nothing was typed. Cure: start again.") from None
