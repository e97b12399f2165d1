"""Know what no person wrote just now: answers of machines, news, junk."""

import re

from connectors._email_parse import Mail

_SUBJECT = re.compile(
    r"^(?:auto(?:matic)?[ -]?(?:reply|response|matische antwort)|autoreply|auto:|out of (?:the )?office"
    r"|abwesen\w*|automatische antwort|reponse automatique|réponse automatique|absence du bureau"
    r"|respuesta autom[aá]tica|fuera de (?:la )?oficina|risposta automatica|fuori sede|automatisch antwoord"
    r"|afwezig\w*|automatyczna odpowied|autosvar|automatiskt svar|automatisk svar|frånvaro|fraværende"
    r"|resposta autom[aá]tica|ausência|自動返信|不在)",
    re.IGNORECASE,
)
_WORDS = frozenset({"auto_reply", "auto-reply", "autoreply"})


def is_auto_reply(mail: Mail) -> bool:
    """Say whether a machine answered. RFC 3834 5; the headers of those who do not know it."""
    submitted = mail.header("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    return (
        submitted not in {"", "no"}
        or any(mail.header(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponse"))
        or mail.header("precedence").lower() in _WORDS
        or bool(mail.header("x-ms-exchange-inbox-rules-loop"))
        or mail.header("x-apple-action").upper() == "VACATION"
        or mail.header("return-path") == "<>"
        or bool(_SUBJECT.match(mail.header("subject")))
    )


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
