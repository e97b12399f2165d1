"""How advertising platforms write people down: the hashes by which somebody is found in a list.

A platform finds a person only by the very hash that was uploaded, so all forms count in which the
same mailbox may have been written, and none that could be somebody else's.

Sources: developers.facebook.com, marketing-api, audiences/guides/custom-audiences (v26.0);
developers.google.com, data-manager/api/devguides/concepts/formatting.
"""

import hashlib

from policy.vocabulary import Identifier, IdentifierKind, Word

_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class HashRule(Word):
    """Whose way of writing addresses and numbers is meant."""

    META = "meta"
    GOOGLE = "google"


def hashes_of(rule: HashRule, identifier: Identifier) -> tuple[str, ...]:
    """Return the SHA-256 hashes (lower-case hex) under which a platform may know an identifier.

    The current form is first; those that the platform asked for in former years follow. A hash of
    an address is the address to whoever guesses it: it is personal data. UK GDPR Art. 19, recital
    26. Rule: AUD-3.

    Example:
        >>> found = hashes_of(HashRule.META, Identifier(IdentifierKind.EMAIL, "mary@example.com"))
        >>> found[0][:16]
        'f1904cf1a9d73a55'
    """
    if identifier.kind is IdentifierKind.PHONE:
        number = identifier.value
        return (_sha256(number.removeprefix("+") if rule is HashRule.META else number),)
    address = "".join(identifier.value.split()).lower()
    forms = _google_forms(address) if rule is HashRule.GOOGLE else [address]
    return tuple(map(_sha256, dict.fromkeys(forms)))


def _google_forms(address: str) -> list[str]:
    """Return an address as Google wants it, and as its guides wanted it before.

    Only Gmail's own domains drop anything. An example that was shipped with a package of Google's
    drops dots and plus signs everywhere: its forms can be other people, so they are left out.
    """
    local, _, domain = address.rpartition("@")
    if domain not in _GMAIL:
        return [address]
    bare = local.replace(".", "")
    return [f"{bare.partition('+')[0]}@{domain}", f"{bare}@{domain}", address]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
