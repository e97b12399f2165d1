"""What `config.toml` may say. Each field describes itself, for `config.example.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from connectors.audiences import AudienceSettings
from connectors.base import Secret, SourceSettings
from pipeline.alarm_settings import AlarmSettings
from pipeline.client_settings import (
    EXAMPLE_CONTRACT,
    EXAMPLE_INSTRUCTION,
    ContractSettings,
    InstructionSettings,
    mistakes_of_client,
)
from pipeline.section import Section
from pipeline.timing import ScheduleSettings, Timing
from policy.audience_hashes import HashRule
from policy.policy_gaps import NAMES as GAP_NAMES
from policy.suppression import SuppressionKeys
from policy.vocabulary import BoxMeaning, Channel, ControllerId, Purpose, Role

SHORTEST_LINKS_KEY = 32
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class StoreSettings(Section):
    """Where the leads are kept."""

    url: str = Field(
        "sqlite:///leads.db",
        description="Where leads are kept: a file beside this one, or postgresql://user@host/name.",
    )
    full_rewrite: bool = Field(
        True,
        description="PostgreSQL only: write tables anew after an erasure, under a lock that keeps"
        " everybody out for a while. Without it bytes stay in free places until these are used.",
    )


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


class BackupSettings(Section):
    """Where backups go, and what must survive a restore."""

    folder: str = Field(
        "backups",
        min_length=1,
        description="The folder of the backups, best on another disk than the store.",
    )
    journal: str = Field(
        "leads.journal",
        min_length=1,
        description="The file that keeps erasures and opt-outs outside the store, so that a"
        " restored backup cannot undo them; best on another disk than the store.",
    )


class OptOutSettings(Section):
    """Where lists of opt-outs are dropped that other systems send."""

    folder: str = Field(
        "optouts",
        min_length=1,
        description="A folder into which lists of opt-outs may be dropped, beside this file; where"
        " there is none, none are looked for. Each controller has a folder of its id in it.",
    )
    region: str = Field(
        "GB",
        pattern=r"^[A-Z]{2}$",
        description="The country of telephone numbers in them that name none (ISO 3166).",
    )


class WebSettings(Section):
    """The addresses that the world reaches: receivers, forms, unsubscribe links."""

    public_url: str = Field(
        "http://127.0.0.1:8600",
        description="The address that people and platforms use, as it stands in links; https, but"
        " for this machine itself.",
    )
    host: str = Field(
        "127.0.0.1",
        description="Where `leadledger serve` listens; a reverse proxy with TLS stands before it.",
    )
    port: int = Field(8600, ge=1, le=65_535, description="The port that it listens on.")
    trusted_proxies: tuple[str, ...] = Field(
        ("127.0.0.1",),
        description="The addresses of reverse proxies whose word counts on who calls.",
    )

    body_seconds: float = Field(
        20, ge=1, le=120, description="How many seconds the body of a request may take to come."
    )
    monitors: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="The addresses, or networks, that may read /metrics.",
    )

    unsubscribe_mailbox: str = Field(
        "",
        pattern=r"^$|^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$",
        description="A mailbox that somebody reads, which unsubscribe headers then name beside the"
        " link; none if empty.",
    )

    @field_validator("trusted_proxies", "monitors")
    @classmethod
    def _are_networks(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for each in given:
            try:
                ip_network(each)
            except ValueError:
                raise ValueError(f"{each!r} is no address or network, such as 10.0.0.0/8") from None
        return given

    @field_validator("public_url")
    @classmethod
    def _can_stand_in_links(cls, url: str) -> str:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in THIS_MACHINE
        )
        if not is_safe or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("must be an https address, such as https://leads.my-agency.example")
        return url.rstrip("/")

    @property
    def is_this_machine(self) -> bool:
        """Say whether links would lead to where they were made, which nobody outside reaches."""
        return urlsplit(self.public_url).hostname in THIS_MACHINE


class MailSettings(Section):
    """The server that sends our own few mails: confirmations, no marketing."""

    host: str = Field(description="The SMTP server.", examples=["smtp.my-agency.example"])
    port: int = Field(587, ge=1, le=65_535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`starttls`, `tls`, or `none`, which only this machine may be."
    )
    username: str | None = Field(
        None, description="The name to sign in with, if it wants one.", examples=["leadledger"]
    )
    password: Secret | None = Field(
        None, description="Its password.", examples=[{"file": "secrets/smtp_password"}]
    )
    sender: str = Field(
        pattern=r"^[^@\s<>\[\]]+@[^@\s<>\[\]]+$",
        description="The address that they come from.",
        examples=["privacy@my-agency.example"],
    )
    timeout_seconds: float = Field(
        30, ge=1, le=300, description="How many seconds it may take to answer."
    )

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and self.host not in THIS_MACHINE:
            raise ValueError("`security` may be none for a server on this machine only")
        if (self.username is None) != (self.password is None):
            raise ValueError("give both `username` and `password`, or neither")
        return self


class ControllerSettings(Section):
    """An organisation that decides why data is used."""

    id: Slug = Field(description="A short name that never changes: it is part of every key.")
    name: str = Field(min_length=1, description="The name that people know it by.")
    role: Role = Field(
        Role.CONTROLLER,
        description="`controller` for your own leads, `processor` for a client's.",
    )
    privacy_contact: str = Field(
        pattern=r"^[^@\s\[\]]+@[^@\s\[\]]+$",
        description="The address to which people write about their data.",
    )
    regulator_name: str = Field(
        "the Information Commissioner's Office (ICO)",
        min_length=1,
        description="The authority that people may complain to, as it stands in a sentence.",
    )
    regulator_url: str = Field(
        "https://ico.org.uk/make-a-complaint/",
        pattern=r"^https://[^\s]+$",
        description="Where people complain to it.",
    )
    closed_policy_gaps: tuple[str, ...] = Field(
        (),
        description="Gaps that this organisation's own privacy policy does not have, by the names"
        " that `leadledger check` gives them.",
    )
    contract: ContractSettings | None = Field(
        None,
        description="For a client: the contract. Without one its data is kept and never used.",
        examples=[EXAMPLE_CONTRACT],
    )
    instructions: tuple[InstructionSettings, ...] = Field(
        (),
        description="For a client: what it instructed in writing, a table for each.",
        examples=[[EXAMPLE_INSTRUCTION]],
    )

    @field_validator("closed_policy_gaps")
    @classmethod
    def _names_gaps(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(names) - GAP_NAMES):
            raise ValueError(
                f"knows no gap named {', '.join(unknown)}; there are {', '.join(sorted(GAP_NAMES))}"
            )
        return names

    @model_validator(mode="after")
    def _fits_its_role(self) -> Self:
        is_client = self.role is Role.PROCESSOR
        if wrong := mistakes_of_client(self.contract, self.instructions, is_client=is_client):
            raise ValueError("; ".join(wrong))
        return self


class BoxSettings(Section):
    """What a tick in one box means. Nothing is guessed: a box that is not listed gives nothing."""

    key: str | None = Field(None, description="The box's key in the form.")
    wording: str | None = Field(None, description="Its exact wording, where keys say nothing.")
    form: str | None = Field(None, description="The form's id, where keys mean different things.")
    purpose: Purpose = Field(description="What the tick allows, e.g. direct_marketing.")
    channels: tuple[Channel, ...] = Field(min_length=1, description="By which channels.")

    @model_validator(mode="after")
    def _names_a_box(self) -> Self:
        if self.key is None and self.wording is None:
            raise ValueError("name the box by its `key` or its `wording`")
        return self

    def meaning(self) -> BoxMeaning:
        """Return this as the policy's own fact."""
        return BoxMeaning(self.purpose, self.channels, self.key, self.wording, self.form)


class SourceCommon(Section):
    """What every source has, whatever its kind."""

    id: Slug = Field(description="A short name for this source; leads keep it for ever.")
    kind: str = Field(description="What it is: the name of a file in connectors/.")
    controller: Slug = Field(description="The id of the controller whose leads these are.")
    region: str = Field(
        "GB",
        pattern=r"^[A-Z]{2}$",
        description="The country of telephone numbers that name none (ISO 3166).",
    )
    schedule: Timing | None = Field(
        None,
        description="When it is pulled, if not as schedule.pull says.",
        examples=[{"every_minutes": 15}],
    )
    boxes: tuple[BoxSettings, ...] = Field(
        (), description="What each consent box means: repeat [[sources.boxes]] for each."
    )


class AudienceCommon(Section):
    """What all audiences have, whatever their platform."""

    id: Slug = Field(description="A short name for these audiences; it stands in the ledger.")
    kind: str = Field(description="Whose they are: the name of a file in connectors/.")
    controller: Slug = Field(description="The id of the controller whose people leave them.")


@dataclass(frozen=True, slots=True)
class ConfiguredAudience:
    """The audiences of one platform account; `hash_rule` is how it writes people down."""

    id: str
    kind: str
    controller: ControllerSettings
    hash_rule: HashRule
    own: AudienceSettings


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """One source, ready to be built: what all have, and what only its connector understands.

    `suppression_key` is that of the list on which its leads are looked up as they come in;
    `links_keys` read the links of ours that come back in mails. `timing` None: as `schedule.pull`.
    """

    id: str
    kind: str
    controller: ControllerSettings
    region: str
    meanings: Sequence[BoxMeaning]
    own: SourceSettings
    suppression_key: SuppressionKeys
    links_keys: Sequence[bytes] = field(default=(), repr=False)
    timing: Timing | None = None

    @property
    def controller_id(self) -> ControllerId:
        """Return whose leads these are."""
        return ControllerId(self.controller.id)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, checked. `folder` is where the file stands: paths start there.

    `links_keys` are the keys that sign links, oldest first; `mail` None: nothing can be mailed.
    `full_rewrite` as in `StoreSettings`.
    """

    folder: Path
    store_url: str
    suppression_key: SuppressionKeys
    controllers: Sequence[ControllerSettings]
    sources: Sequence[ConfiguredSource]
    links_keys: Sequence[bytes] = field(default=(), repr=False)
    web: WebSettings = field(default_factory=WebSettings)
    mail: MailSettings | None = None
    backup_key: bytes | None = field(default=None, repr=False)
    backup: BackupSettings = field(default_factory=BackupSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    opt_outs: OptOutSettings = field(default_factory=OptOutSettings)
    audiences: Sequence[ConfiguredAudience] = ()
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    full_rewrite: bool = True

    @property
    def backup_folder(self) -> Path:
        """Return where backups go."""
        return self.folder / self.backup.folder

    @property
    def journal_file(self) -> Path:
        """Return where the journal is."""
        return self.folder / self.backup.journal

    @property
    def opt_out_folder(self) -> Path:
        """Return where lists of opt-outs are dropped."""
        return self.folder / self.opt_outs.folder

    def source(self, source_id: str) -> ConfiguredSource | None:
        """Return a source by its id."""
        return next((source for source in self.sources if source.id == source_id), None)
