"""What `leadledger check` says of one thing that it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `is_ok` None: it works, but somebody should know."""

    subject: str
    is_ok: bool | None
    message: str
