"""Texts as they are compared: no case, no accents, one kind of apostrophe, single spaces."""

import unicodedata

_ALIKE = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ß": "ss", "ø": "o", "ł": "l",
                        "æ": "ae", "đ": "d", "–": "-", "—": "-", "‐": "-", "‑": "-",
                        "ı": "i", "\u00a0": " ", "\u200b": "", "\u00ad": ""})  # fmt: skip


def folded(text: str) -> str:
    """Return a text as it is compared; its lines stay lines."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_ALIKE))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return "\n".join(" ".join(line.split()) for line in bare.splitlines())
