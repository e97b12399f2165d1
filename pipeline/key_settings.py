"""The secrets of an installation: `[keys]` of the configuration file."""

from pydantic import Field, SecretStr, field_validator

from connectors.base import Secret
from pipeline.section import Section

SHORTEST_LINKS_KEY = 32


class KeySettings(Section):
    """The secrets of this installation, made by `leadledger init`."""

    suppression: Secret = Field(
        description="The key of the suppression list. Losing it means losing every opt-out.",
    )
    former_suppression: tuple[Secret, ...] = Field(
        (),
        description="The keys that it came after, the newest first. What is on the list goes on"
        " being found with the key it was written with, so keep each while the list is kept.",
    )
    links: tuple[Secret, ...] = Field(
        (),
        description="The keys that sign unsubscribe links and forms, oldest first: the last one"
        " signs, and links of the others go on working. `leadledger serve` needs one.",
    )

    backup: Secret | None = Field(
        None,
        description="The key that backups are encrypted with. Losing it means losing them all;"
        " without one there are no backups and no journal.",
    )

    @field_validator("backup")
    @classmethod
    def _is_long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SHORTEST_LINKS_KEY:
            raise ValueError(
                f"has fewer than {SHORTEST_LINKS_KEY} characters: make one of 32 random bytes"
            )
        return key

    @field_validator("links")
    @classmethod
    def _are_long_enough(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(key.get_secret_value()) < SHORTEST_LINKS_KEY for key in keys):
            raise ValueError(
                f"a key has fewer than {SHORTEST_LINKS_KEY} characters: make one of 32 random bytes"
            )
        return keys
