"""Part what a person wrote from what they quoted and from their signature.

The library knows the quotes of many languages; it is given short texts only, since its time grows
faster than the text, and its misses are cut here.
"""

import re
from typing import NamedTuple

from mailparser_reply import EmailReplyParser

_LONGEST = 64 * 1024
_LONGEST_FOR_LIBRARY = 16 * 1024
_LANGUAGES = ["en", "de", "fr", "it", "ja", "pl", "sv", "da", "cs", "he", "ko", "zh"]
_BLANK_RUN = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*){2,}")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTE_HEAD = re.compile(
    r"^[ \t>]*(?:"
    r"(?:El|O|Em|Le|Il|Op|W dniu|Dnia|Den|On|Am|Em)\b[^\n]{4,200}(?:\n[^\n]{0,120})?"
    r"(?:escribi[óo]|escreveu|a écrit|ha scritto|schreef|schreven|napisał(?:\(a\)|a)?|pisze|skrev"
    r"|wrote|schrieb)[^\n]{0,120}:"
    r"|[^\n]{4,200}(?:のメール|さんは書きました|:\s*wrote:)[^\n]*"
    r"|(?=[^\n]{0,300}\d)[^\n]{4,200}\b(?:(?:на)?писа(?:л|в)?(?:\(а\)|\(ла\)|а|ла)?|пишет|пише"
    r"|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|a scris|írta|yazdı|έγραψε|kirjoitti)(?!\w)[^\n]{0,60}:[ \t]*$"
    # in any language: a line with a time that names an address, right before what is quoted
    r"|(?=[^\n]{0,300}\d)[^\n]{0,200}<[^<>\n]{3,80}@[^<>\n]{3,80}>[^\n]{0,100}:[ \t]*\n\s{0,20}>"
    r"|-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original"
    r"|Messaggio originale|Oorspronkelijk bericht|Mensagem original|Wiadomość oryginalna"
    r"|Исходное сообщение|Пересылаемое сообщение|Вихідне повідомлення|Orijinal (?:Mesaj|İleti)|Αρχικό μήνυμα"
    r"|Eredeti üzenet|Mesaj original|Původní zpráva|Pôvodná správa|Alkuperäinen viesti|Oprindelig meddelelse|Ursprungligt meddelande|Opprinnelig melding|Forwarded message"
    r"|Weitergeleitete Nachricht|Message transféré) ?-{2,}"
    r"|_{20,}"
    r"|(?:From|Von|De|Da|Van|Od|Från|Fra|От|От кого|Від|Kimden|Gönderen|Από|Feladó|De la|Lähettäjä|Mittente)\s?:[^\n]{3,200}\n(?:[^\n:]{2,16}:[^\n]*\n){2,}"
    r")",
    re.MULTILINE | re.IGNORECASE,
)


class Written(NamedTuple):
    """What stands in a text: the person's own words, their signature, what they quoted."""

    own: str
    signature: str
    quoted: str

    def __repr__(self) -> str:
        """Say nothing: it is somebody's."""
        return "Written(…)"


def written(body: str, *, is_reply: bool) -> Written:
    """Part a text; only of a reply is anything taken for a quote that no `>` marks."""
    text = _BLANK_RUN.sub("\n\n", body[:_LONGEST]).strip()
    own, quoted = _without_quotes(text, is_reply=is_reply)
    own, signature = _without_signature(own)
    if not own.strip() and quoted:  # they answered below what they quoted, or forwarded it
        below = "\n".join(line for line in quoted.splitlines()[1:] if not _is_quoted(line))
        own = below if is_reply and any(map(_is_quoted, quoted.splitlines())) else own
    return Written(own.strip(), signature.strip(), quoted.strip())


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|"))


def _without_quotes(text: str, *, is_reply: bool) -> tuple[str, str]:
    head = _QUOTE_HEAD.search(text) if is_reply else None
    own, quoted = (text[: head.start()], text[head.start() :]) if head else (text, "")
    lines = own.splitlines()
    kept = [line for line in lines if not _is_quoted(line)]
    quoted = "\n".join([*(line for line in lines if _is_quoted(line)), quoted])
    own = "\n".join(kept)
    if is_reply and head is None and len(own) <= _LONGEST_FOR_LIBRARY:
        found = _by_library(own)
        if found is not None and found.strip() and len(found) < len(own):
            return found, f"{own[len(found) :]}\n{quoted}"
    return own, quoted


def _by_library(text: str) -> str | None:
    try:
        replies = EmailReplyParser(languages=_LANGUAGES).read(text).replies
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the text is read without it
        return None
    return replies[0].body if replies else None


def _without_signature(text: str) -> tuple[str, str]:
    found = _SIGNATURE.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")
