"""Commands about the people who work here: staff add, list, remove, password, and signing in."""

from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house, visitor
from cli.output import emit_json, print_data, say, table
from policy.access import Action, StaffRole
from policy.errors import LeadsError, NotAllowed, UsageError

if TYPE_CHECKING:
    from pipeline.access_log import Logged
    from pipeline.list_staff import ListedPerson

staff = typer.Typer(help="The people who work here, and who looked at whom.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="Their login.")]
PasswordFileOption = Annotated[
    Path | None,
    typer.Option("--password-file", help="A file with the new password, mode 0600; else typed."),
]
LOG_DAYS = timedelta(days=30)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(staff, name="staff")


@staff.command()
def add(
    login: LoginArgument,
    role: Annotated[StaffRole, typer.Option("--role", help="What they work as.")],
    until: Annotated[
        str | None, typer.Option("--until", help="Their last day, as 2027-01-31.")
    ] = None,
    totp: Annotated[
        bool, typer.Option("--totp", help="Ask for a code of their device too, and print its key.")
    ] = False,
    password_file: PasswordFileOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Add somebody to the staff, under a login of their own. An auditor needs --until."""
    from cli.credentials import new_password
    from pipeline.staff import NewPerson, add_person, require_addable

    last_day = _day("--until", until)
    with house(config) as opened:
        require_addable(opened.store, login, role, last_day, opened.now())
        new = NewPerson(login, role, new_password(password_file), last_day, totp)
        address = add_person(opened.store, opened.settings, new, visitor(), opened.now())
    say(f"{login} is on the staff as {role}.")
    if address is not None:
        print_data(address)
        say("Put this into their authenticator app now: it is not shown again.")


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} is no day. Cure: write it as 2027-01-31.") from None


@staff.command("list")
def list_(
    removed: Annotated[
        bool, typer.Option("--removed", help="Show those who were removed too.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the staff: roles, ends of access, locks."""
    from pipeline.list_staff import list_people

    with house(config) as opened:
        key = opened.settings.suppression_key
        found = list_people(opened.store, key, opened.now(), removed=removed)
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("login", "role", "state", "code", "last day", "key")
        table(columns, [_line(each) for each in found], whole=("login", "key"))
    else:
        say("Nobody is on the staff yet. Next: `leadledger staff add LOGIN --role admin`.")


def _line(each: "ListedPerson") -> tuple[object, ...]:
    state = each.state.replace("_", " ")
    if each.state == "locked" and each.locked_until is not None:
        state += f" until {each.locked_until:%H:%M} UTC"
    last_day = each.last_day.isoformat() if each.last_day else "no end"
    return each.login, each.role, state, "yes" if each.second_factor else "no", last_day, each.id


@staff.command()
def remove(login: LoginArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Take somebody off the staff for good; the login is never given again."""
    from pipeline.staff import remove_person

    with house(config) as opened:
        was_here = remove_person(opened.store, opened.settings, login, visitor(), opened.now())
    say("Removed." if was_here else "They were removed already.")


@staff.command()
def password(
    login: LoginArgument,
    password_file: PasswordFileOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Change a password: one's own after giving the old one, another's as an admin."""
    from cli.credentials import new_password, proven
    from cli.viewing import require
    from pipeline.known_staff import has_login
    from pipeline.sign_in import Credentials
    from pipeline.staff import require_person, set_password

    with house(config) as opened:
        by = visitor()
        if has_login(opened.store, by, login):
            by = proven(opened.store, opened.settings, login, opened.now())
        else:
            require(Action.CHANGE_STAFF)
            require_person(opened.store, login)
        new = Credentials(login, new_password(password_file))
        set_password(opened.store, opened.settings, new, by, opened.now())
    say("Changed. Every sign-in from before is over.")


@staff.command("sign-in")
def sign_in(
    context: typer.Context,
    login: Annotated[
        str | None, typer.Argument(metavar="LOGIN", help="Your login; that of --as if not given.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Sign in at this terminal: for 8 hours, or until 15 minutes without a command."""
    from cli.credentials import proven
    from cli.guard import session_file
    from pipeline.session import Session

    name = login or context.obj
    if not name:
        raise UsageError("Who are you? Cure: `leadledger staff sign-in LOGIN`.")
    with house(config) as opened:
        found = proven(opened.store, opened.settings, name, opened.now())
        file, now = session_file(config, opened.settings), opened.now()
        if found.staff_id is not None:
            file.tidy(now)
            file.write(Session(found.staff_id, now, now))
    say(f"You work as {found.role} at this terminal. `leadledger staff sign-out` ends it.")


@staff.command("sign-out")
def sign_out(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Sign out at this terminal, and wherever else you signed in."""
    from cli.guard import session_file
    from pipeline.admit import end_sessions

    try:
        with house(config) as opened:
            end_sessions(opened.store, session_file(config, opened.settings), opened.now())
    except NotAllowed:
        pass  # it had run out, or there was none
    except LeadsError as error:
        say(f"At this terminal only: {error}")
    say(
        "Signed out."
        if session_file(config, None).remove()
        else "Nobody had signed in at this terminal."
    )


@staff.command()
def log(
    since: Annotated[
        str | None, typer.Option("--since", help="A day, as 2027-01-31; 30 days back if not given.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Only what one login did.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show who looked at whom, came in, was refused or did what; it names people by keys."""
    from pipeline.access_log import access_log
    from policy.london import midnight

    first = _day("--since", since)
    with house(config) as opened:
        start = midnight(first) if first else opened.now() - LOG_DAYS
        whose = [each.id for each in opened.settings.controllers]
        found = access_log(opened.store, whose, start, by)
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("at (UTC)", "who", "what", "command", "leads", "narrowed by", "about")
        table(columns, [_logged(each) for each in found])
    else:
        say("Nothing is on record for that time.")


def _logged(each: "Logged") -> tuple[object, ...]:
    detail = each.detail
    what, at = each.what.replace("_", " "), f"{each.at:%Y-%m-%d %H:%M:%S}"
    told = (detail.get("command"), detail.get("count"), detail.get("narrowed_by"))
    return at, each.who, what, *told, each.subject
