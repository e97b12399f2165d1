"""Tell texts that somebody forgot to replace from texts that are meant."""

_SIGNS = (".example", "insert", "your-", "example.")


def is_placeholder(address: str) -> bool:
    """Say whether an address or a host name was left as an example has it."""
    lowered = address.lower()
    return any(sign in lowered for sign in _SIGNS)
