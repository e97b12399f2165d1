"""Say whether our own mails can leave: those that ask people to confirm something."""

from collections.abc import Iterator

from models import outbox
from models.store import Store
from pipeline.finding import Finding
from pipeline.mail_server import MailServer, ServerTrouble
from pipeline.settings import Settings


def check_mail(store: Store, settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield whether the server takes mails, and how many wait for it."""
    with store.reading() as connection:
        waiting = sum(count for count, _ in outbox.mails_waiting(connection).values())
    if settings.mail is None:
        fact = f"no server is configured, and {waiting} mail(s) wait"
        cure = ". Cure: add [mail]; after 7 days they are dropped." if waiting else ""
        yield Finding("mail", None if waiting else True, fact + cure)
        return
    if not settings.links_keys:
        yield Finding("mail", False, "no key for the links in mails. Cure: set keys.links.")
        return
    if offline:
        yield Finding("mail", True, f"{settings.mail.host}, not asked; {waiting} mail(s) wait")
        return
    try:
        with MailServer(settings.mail) as server:
            server.connect()
    except ServerTrouble as trouble:
        cure = "check [mail] and the server; mails wait until then"
        yield Finding("mail", False, f"{settings.mail.host}: {trouble}. Cure: {cure}.")
        return
    yield Finding("mail", True, f"{settings.mail.host} takes mails; {waiting} wait")
