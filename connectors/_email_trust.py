"""Whether the sender of a mail may be believed: what our own receiving server says of it.

Only the results of servers that the settings name count, the topmost of them first (RFC 8601 4.1,
5, 7.1): anybody can write such a header. Without a name nothing is believed.
"""

import re
from collections.abc import Collection

from connectors._email_parse import Mail

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_DEEPEST_COMMENT = 10
_RESULT = re.compile(
    r"\s*(dmarc|dkim|spf|compauth)\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(
    r"\b(?:header|smtp)\.(?:d|i|from|mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE
)
MICROSOFT = "microsoft"
"""What stands in the settings for Microsoft 365, whose header names no server."""
_HEADER = "authentication-results"
_MICROSOFT_HOST = re.compile(
    r"\bby \S+\.(?:outlook\.com|protection\.outlook\.com)\b", re.IGNORECASE
)


def is_proven(mail: Mail, servers: Collection[str]) -> bool:
    """Say whether the sender's own domain vouches for a mail, as far as our server knows.

    DMARC passed, or else a signature whose domain is that of the From header.
    """
    senders = mail.addresses("from")
    results = _results(mail, {each.lower() for each in servers})
    if len(senders) != 1 or not results:
        return False
    domain = senders[0][1].rpartition("@")[2].lower()
    said = [
        (method, verdict == "pass" and _names(rest, domain)) for method, verdict, rest in results
    ]
    by_dmarc = [vouches for method, vouches in said if method == "dmarc"]
    # whoever slips in a second verdict cannot take the first one back
    return all(by_dmarc) if by_dmarc else ("dkim", True) in said


def _names(properties: str, domain: str) -> bool:
    """Say whether all domains that a result names, and there are some, go with the sender's."""
    named = [each.rpartition("@")[2].lower() for each in _PROPERTY.findall(properties)]
    return bool(named) and all(_aligned(each, domain) for each in named)


def _aligned(signing: str, sending: str) -> bool:
    """Say whether two domains are the same, or one stands below the other."""
    signing, sending = signing.strip("."), sending.strip(".")
    if "." not in signing or "." not in sending:
        return False
    return signing == sending or sending.endswith(f".{signing}") or signing.endswith(f".{sending}")


def _results(mail: Mail, servers: Collection[str]) -> list[tuple[str, str, str]]:
    """Return (method, verdict, properties) of the topmost header that a server of ours wrote."""
    if not servers:
        return []
    for number, header in enumerate(mail.headers(_HEADER)):
        text = _bare(header)
        first = text.partition(";")[0].strip().lower().split(" ")[0]
        is_ours = first in servers
        if not is_ours and MICROSOFT in servers and number == 0 and "=" in first:
            is_ours = any(_MICROSOFT_HOST.search(each) for each in mail.headers("received")[:2])
        if is_ours:
            found = [_RESULT.match(each) for each in text.split(";")]
            return [(m[1].lower(), m[2].lower(), m[3]) for m in found if m]
    return []


def _bare(header: str) -> str:
    """Return a header without quoted texts and comments: whoever writes to us chooses their words.

    One whose quotes or comments do not end says nothing.
    """
    text = _QUOTED.sub("?", header)
    for _ in range(_DEEPEST_COMMENT):
        text = _COMMENT.sub(" ", text)
    return "" if any(sign in text for sign in '"()') else text
