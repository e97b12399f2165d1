"""Know what no person wrote just now: answers of machines, news, junk."""

import re

from connectors._email_parse import Mail

_SUBJECT = re.compile(
    r"^(?:auto(?:matic)?[ -]?(?:reply|response)|autoreply|automatische antwort|r[eé]ponse automatique"
    r"|respuesta autom[aá]tica|risposta automatica|automatisch antwoord|automatyczna odpowied[zź]"
    r"|autosvar|automatiskt svar|automatisk svar|resposta autom[aá]tica|自動返信"
    r"|(?:out of (?:the )?office|abwesend|abwesenheit(?:snotiz|smeldung|snachricht)?|absence du bureau"
    r"|fuera de (?:la )?oficina|fuori sede|afwezig(?:heid)?|frånvaro|fraværende|fravær|ausência|不在)"
    r"(?=\s*(?:$|[:：(\[–—-])))",
    re.IGNORECASE,
)
"""Of a mail that is noted nothing is kept: a subject must say it is an answer, and not just begin so."""
_WORDS = frozenset({"auto_reply", "auto-reply", "autoreply"})


def is_auto_reply(mail: Mail) -> bool:
    """Say whether a machine answered a mail of ours. It may quote a form in full.

    RFC 3834 5; the headers of those who do not know it.
    """
    return (
        _submitted(mail).startswith("auto-replied")
        or any(mail.header(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponse"))
        or mail.header("precedence").lower() in _WORDS
        or bool(mail.header("x-ms-exchange-inbox-rules-loop"))
        or mail.header("x-apple-action").upper() == "VACATION"
        or bool(_SUBJECT.match(mail.header("subject")))
    )


def is_of_machine(mail: Mail) -> bool:
    """Say whether a machine wrote it without being asked; the notifications of forms are so too."""
    return _submitted(mail) not in {"", "no"} or mail.header("return-path") == "<>"


def _submitted(mail: Mail) -> str:
    return mail.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()


def is_one_tap(mail: Mail) -> bool:
    """Say whether a mail program opted its owner out: Apple's does so by mail."""
    return mail.header("x-apple-unsubscribe").lower() == "true"


def is_junk(mail: Mail) -> bool:
    """Say whether a filter on the way called it junk."""
    verdict = mail.header("x-forefront-antispam-report").upper()
    level = re.search(r"\bSCL:(\d+)", verdict)
    return (
        "SFV:SPM" in verdict
        or bool(level and int(level.group(1)) >= 5)
        or mail.header("x-spam-flag").lower().startswith("yes")
        or mail.header("x-spam-status").lower().startswith("yes")
    )


def is_news(mail: Mail) -> bool:
    """Say whether it went to many: it offers a way out of a list of somebody else's."""
    return bool(mail.header("list-id") or mail.header("list-unsubscribe"))
