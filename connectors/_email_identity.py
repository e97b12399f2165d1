"""The name under which a mail is known, wherever and however often it is met."""

import hashlib

from connectors._email_parse import Mail, headers_of


def message_id_of(mail: Mail) -> str:
    """Return the SHA-256 (hex digits) of what stays the same of a mail that is met again.

    Message-ID alone is not enough: it may be missing, repeated by form tools, or chosen to shadow
    another mail. The text, the sender and the date go in as well; what servers add on the way does
    not, so that the same mail from another folder, list or export is the same.
    """
    parts = [
        mail.header("message-id").strip("<> ").lower(),
        hashlib.sha256((mail.plain or mail.html).strip().encode("utf-8", "replace")).hexdigest(),
        " ".join(headers_of(mail.root, "from")),
        mail.header("date"),
        mail.header("subject"),
    ]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()


def message_id_of_bytes(raw: bytes) -> str:
    """Return the name of something that is no mail: of its bytes."""
    return hashlib.sha256(b"not a mail\x00" + raw).hexdigest()
