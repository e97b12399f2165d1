"""Say whether our own mails can leave: those that ask people to confirm something."""

from collections.abc import Iterator

from models import outbox
from models.controller import controller_ids
from models.store import Store
from pipeline.ask_side_by_side import Question
from pipeline.finding import Fault, Finding, Limits
from pipeline.mail_server import MailServer, ServerTrouble, SignInRefused, UntrustedServer
from pipeline.settings import MailSettings, Settings


def check_mail(store: Store, settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield how many mails wait, and what keeps them here as far as that can be told offline."""
    with store.reading() as connection:
        mails = outbox.mails_waiting(connection, controller_ids(connection))
    waiting = sum(count for count, _ in mails.values())
    if settings.mail is None:
        fact = f"no server is configured, and {waiting} mail(s) wait"
        cure = ". Cure: add [mail]; after 7 days they are dropped."
        if waiting:
            yield Finding("mail", None, fact + cure, Fault.MAIL_NOT_SET)
        else:
            yield Finding("mail", True, fact)
    elif not settings.links_keys:
        told = "no key for the links in mails. Cure: set keys.links."
        yield Finding("mail", False, told, Fault.LINKS_KEY_MISSING)
    elif offline:
        yield Finding("mail", True, f"{settings.mail.host}, not asked; {waiting} mail(s) wait")
    else:
        yield Finding("outbox", True, f"{waiting} mail(s) wait")


def mail_questions(settings: Settings, limits: Limits) -> Iterator[Question]:
    """Yield what is to be asked of the mail server."""
    if settings.mail is not None and settings.links_keys:
        seconds = min(settings.mail.timeout_seconds, limits.call)
        own = settings.mail.model_copy(update={"timeout_seconds": seconds})
        yield Question("mail", lambda: _asked(own))


def _asked(own: MailSettings) -> Iterator[Finding]:
    try:
        with MailServer(own) as server:
            server.connect()
    except ServerTrouble as trouble:
        fault, cure = _told(trouble)
        yield Finding("mail", False, f"{own.host}: {trouble}. Cure: {cure}.", fault)
        return
    yield Finding("mail", True, f"{own.host} takes mails")


def _told(trouble: ServerTrouble) -> tuple[Fault, str]:
    if isinstance(trouble, SignInRefused):
        return Fault.MAIL_SIGN_IN, "check username and password of [mail]; mails wait until then"
    if isinstance(trouble, UntrustedServer):
        return Fault.MAIL_CERTIFICATE, (
            "set host of [mail] to the name in its certificate; if its authority is your own, name"
            " it by SSL_CERT_FILE"
        )
    return Fault.MAIL_UNREACHABLE, (
        "check host, port and security of [mail], and the network; mails wait until then"
    )
