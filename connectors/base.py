"""The contract between a source of leads and the rest of the house.

A connector reports facts: what was sent, what was shown, what was ticked, when. It never names a
lawful basis, never touches the store, never imports another connector. A new source is one file
that ends with `source = Source(...)`, plus recorded payloads under
`tests/connectors/payloads/<name>/`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, ValidationInfo

from connectors.heard import Heard
from connectors.probed import ProbeFault
from policy.errors import SourceError
from policy.looks import Looked
from policy.vocabulary import BoxAnswer, Notice


def _resolved(value: object, info: ValidationInfo) -> object:
    """Let whoever reads the configuration turn `{ env = … }` or `{ file = … }` into the secret."""
    resolve: Callable[[object], object] | None = (info.context or {}).get("resolve_secret")
    return resolve(value) if resolve else value


Secret = Annotated[SecretStr, BeforeValidator(_resolved)]
"""A secret in a source's settings; in the file it is `{ env = "NAME" }` or `{ file = "path" }`."""


class SourceSettings(BaseModel):
    """The settings of one source that only its connector understands. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def places(self) -> frozenset[str]:
        """Return what is read, such as a page: two sources with one in common take leads twice.

        The words are compared, and never shown.
        """
        return frozenset()

    def lacks(self) -> str | None:
        """Return what must be installed before this source can work, with the command; or None."""
        return None


class ProblemCode(StrEnum):
    """Why a record was set aside. Stored, shown and counted under this name."""

    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    ID_MISSING = "id_missing"
    ID_MANGLED = "id_mangled"
    TIME_MISSING = "time_missing"
    TIME_UNREADABLE = "time_unreadable"
    TIME_AMBIGUOUS = "time_ambiguous"
    PHONE_AMBIGUOUS = "phone_ambiguous"
    FIELDS_UNREADABLE = "fields_unreadable"
    ENCODING = "encoding"
    ROW_SHAPE = "row_shape"
    NOT_FETCHED = "not_fetched"
    FAULT = "fault"
    SPAM = "spam"
    IN_REVIEW = "in_review"
    TOO_LARGE = "too_large"
    NOT_A_MAIL = "not_a_mail"


class Delivery(NamedTuple):
    """One item exactly as it came.

    `notice` is the form as it stood when the item came, None where nothing was shown or known.
    `listed_as_test` says that the platform names the item among its test leads. `position` says
    where in a file it stood ("row 17"). `notice_id` is the wording that the item itself names, by
    its id; whoever stores it looks it up.
    """

    external_id: str | None
    payload: bytes
    media_type: str
    received_at: datetime
    notice: Notice | None = None
    listed_as_test: bool = False
    position: str | None = None
    notice_id: str | None = None

    def __repr__(self) -> str:
        """Say where it stood; the rest is somebody's data."""
        return f"Delivery({self.position or self.media_type})"


class Contact(NamedTuple):
    """Who the person said they are, as given: these kinds of data only (policy clause 2)."""

    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str | None = None
    job_title: str | None = None

    def __repr__(self) -> str:
        """Say nothing: all of it is somebody's data."""
        return "Contact(…)"


class Marks(NamedTuple):
    """By what a submission is known again when it comes by another way as well.

    `way` is how this copy came ("api", "webhook", "file"): copies that came the same way are told
    apart by their external ids and never by marks. `number` is the vendor's own number of the
    submission where the external id is more than that; `click_id` the click that led to the form.
    """

    way: str
    number: str | None = None
    click_id: str | None = None

    def __repr__(self) -> str:
        """Say which way it came; a click is somebody's."""
        return f"Marks({self.way})"


class Submission(NamedTuple):
    """What one person sent and was shown, read out of a delivery.

    `submitted_at` is aware UTC, or None where the source gave none. `boxes` is None where the
    source does not say what was ticked (a downloaded file), and empty where the form had no boxes.
    `answers` are all questions that are not contact fields; `origin` is campaign, ad and platform.
    `remarks` name oddities that were read around, without values. `marks` are None where a source
    has one way only. `needs_confirmation`: no tick counts before the person has confirmed it by a
    link that was mailed to the address.
    """

    external_id: str
    submitted_at: datetime | None
    form_id: str | None
    contact: Contact
    answers: Mapping[str, Sequence[str]]
    boxes: tuple[BoxAnswer, ...] | None
    is_test: bool
    origin: Mapping[str, str | bool]
    notice: Notice | None = None
    remarks: tuple[str, ...] = ()
    marks: Marks | None = None
    needs_confirmation: bool = False

    def __repr__(self) -> str:
        """Say which form it came from; the rest is somebody's data."""
        return f"Submission(form {self.form_id})"


@dataclass(frozen=True, slots=True)
class SourceErasure:
    """The platform erased what it had of a person's submission: ours goes too."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A delivery that cannot be read: set aside with its bytes, to be replayed after a fix.

    `detail` is a sentence without personal data that says what is wrong and the cure.
    """

    code: ProblemCode
    detail: str
    external_id: str | None = None


Reading = Submission | SourceErasure | Heard | Problem
"""What a delivery can turn out to say."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A bounded run of deliveries of one stream (for Meta: a form).

    `cursor` is what the stream resumes from once this batch is stored; None leaves it where it is.
    `notices` are wordings that were looked at, to be kept whether or not anybody has answered yet.
    """

    stream: str
    deliveries: Sequence[Delivery]
    cursor: str | None = None
    notices: Sequence[Notice] = ()


@dataclass(frozen=True, slots=True)
class StreamFailed:
    """One stream could not be finished; its cursor stays, the others go on."""

    stream: str
    error: SourceError


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """One line of `leadledger check`: what was looked at, whether it is right, and the cure.

    `is_ok` None: it works, but somebody should know. `about` says what kind of thing that is.
    `ends_at` (aware) is when it stops working by itself. `is_sure` False: there was no usable
    answer, so nothing is known of it. `fault` says which trouble it is, if one.
    """

    subject: str
    is_ok: bool | None
    message: str
    about: Looked = Looked.SETUP
    ends_at: datetime | None = None
    is_sure: bool = True
    fault: ProbeFault | None = None


class Signs(Protocol):
    """Signs what somebody else carries for us: in a page, in a link, in a mail."""

    def sign(self, use: str, content: bytes, /) -> str:
        """Return a token for an address or a form: its content can be read, and not be changed.

        A token made for one `use` is none for another.
        """
        ...

    def content(self, use: str, token: str, /) -> bytes | None:
        """Return what a token of ours holds; None if it is none, compared in constant time."""
        ...


@dataclass(frozen=True, slots=True)
class ConnectorIO:
    """What a connector may touch of the outside: it opens nothing else by itself.

    `signer` is None where no key for links is configured.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    log: structlog.typing.FilteringBoundLogger
    signer: Signs | None = None


class Connector(Protocol):
    """What every source can do."""

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        """Read a delivery. Pure, repeatable, and it never raises on bad data."""
        ...


@runtime_checkable
class Polls(Protocol):
    """A source that we ask."""

    def poll(self, cursors: Mapping[str, str], /) -> Iterator[Batch | StreamFailed]:
        """Yield what is new since `cursors` (stream → cursor), in bounded batches.

        Raises:
            SourceError: the whole source cannot be read.
        """
        ...


@runtime_checkable
class Publishes(Protocol):
    """A source whose form is our own: its wording is known before anybody has answered."""

    def published(self) -> Sequence[Notice]:
        """Return the wordings that are shown today; they are kept before anybody sees them."""
        ...


@runtime_checkable
class ReadsFiles(Protocol):
    """A source whose items people also download by hand."""

    def open_file(self, path: Path, /) -> Iterable[Delivery]:
        """Yield each record of a file as a delivery, streaming, in file order.

        Raises:
            UsageError: the file is in no format that this source knows, or cannot be opened.
        """
        ...


@runtime_checkable
class MakesIds(Protocol):
    """A source that makes ids out of what its records say."""

    def id_recipe(self) -> str:
        """Return what its ids are made of.

        Under another recipe the same record has another id: it would be stored twice, and come
        back after it was deleted.
        """
        ...


class ColumnGuess(NamedTuple):
    """What a column of a file could be: the field that its name suggests, None if it is not clear.

    `field` is a key of the source's own mapping. Nothing acts on a guess.
    """

    column: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a file could be read: its columns, and a configuration (TOML) for somebody to check."""

    format: str
    columns: Sequence[ColumnGuess]
    configuration: str


@runtime_checkable
class Proposes(Protocol):
    """A source whose files have to be described before they can be read."""

    def propose(self, path: Path, /) -> Proposal:
        """Look at a file and say how it could be described. No cell of it is in the answer.

        Raises:
            UsageError: the file is in no format that this source knows, or cannot be opened.
        """
        ...


@runtime_checkable
class Probes(Protocol):
    """A source that can say whether it is set up right."""

    def probe(self) -> Iterator[ProbeResult]:
        """Yield a line for each thing that must be right, with few calls to the vendor."""
        ...


S = TypeVar("S", bound=SourceSettings)


@dataclass(frozen=True, slots=True)
class Source(Generic[S]):
    """How a file in `connectors/` declares itself."""

    name: str
    settings: type[S]
    build: Callable[[S, ConnectorIO], Connector]
