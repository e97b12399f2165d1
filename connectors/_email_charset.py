"""Turn bytes of a mail into text, whatever its charset is called, right or wrong."""

import codecs
import re

from connectors._values import whole

_ALIASES = {
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "shift_jis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
}
_SHORTEST_TO_GUESS = 16
_NOT_OF_MAILS = re.compile(
    r"(?:cp|ibm|ebcdic|csibm)[-_]?0*(?:37|273|424|500|875|1026|1140)\b|ebcdic"
)
"""Charsets of mainframes: whoever claims one for plain letters hides what is written."""


def decoded(content: bytes, declared: str | None) -> tuple[str, str | None]:
    """Return bytes as text, and which charset was used where it was not the one declared.

    First as declared, then as UTF-8, then as the library guesses, last as Western European, which
    takes any bytes: nothing is lost, and an address in it can still be found.
    """
    name = (declared or "utf-8").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    claimed = () if _NOT_OF_MAILS.match(name) and content.isascii() else (name,)
    for charset in dict.fromkeys((*claimed, "utf-8")):
        text = _strictly(content, charset)
        if text is not None:
            return text, None if charset == name else charset
    guessed = _guessed(content)
    text = _strictly(content, guessed) if guessed else None
    if text is not None:
        return text, guessed
    return content.decode("cp1252", "replace"), "cp1252"


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        if not codecs.lookup(charset)._is_text_encoding:  # noqa: SLF001 - "hex" and "zip" are no charsets
            return None
        # UTF-7 can say half of a sign, and no store takes one
        return whole(content.decode(charset))
    except (LookupError, ValueError, OverflowError):
        return None


def _guessed(content: bytes) -> str | None:
    if len(content) < _SHORTEST_TO_GUESS:
        return None
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, and slow to load

    best = from_bytes(content[:65_536]).best()
    return best.encoding if best else None
