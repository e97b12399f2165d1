"""What can go wrong at Google, and when.

Source: google-ads 34.0.0, v26/errors/types; developers.google.com/google-ads/api/docs,
best-practices/understand-api-errors and productionize/rate-limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

TOKEN_ENDPOINT = "token endpoint"  # noqa: S105 - stands where an account stands in `fired`

Options = Mapping[str, float | str]


class GoogleFaultKind(StrEnum):
    """One way to fail. Options are given in brackets, with their default."""

    LATENCY = "latency"  # seconds (0.2): the answer comes late
    BROKEN_STREAM = "broken_stream"  # rows (0), code (UNAVAILABLE): it ends after so many rows
    QUOTA = "quota"  # seconds (0: not said), error (RESOURCE_TEMPORARILY_EXHAUSTED),
    # scope (ACCOUNT), is_bare (0): without any details
    INTERNAL = "internal"  # error (TRANSIENT_ERROR)
    UNAVAILABLE = "unavailable"  # the status alone
    DEADLINE = "deadline"  # DEADLINE_EXCEEDED, the status alone
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - error (OAUTH_TOKEN_REVOKED), from the API
    PERMISSION_DENIED = "permission_denied"  # error (USER_PERMISSION_DENIED)
    CUSTOMER_NOT_ENABLED = "customer_not_enabled"
    PROJECT_NOT_APPROVED = "project_not_approved"  # error (CLOUD_PROJECT_NOT_APPROVED_…)
    RETIRED_VERSION = "retired_version"  # UNSUPPORTED_VERSION
    UNIMPLEMENTED = "unimplemented"  # the status alone: the version's service is gone
    NO_DATE_FILTER = "no_date_filter"  # while WHERE names submission_date_time
    UNKNOWN_FIELD_TYPE = "unknown_field_type"  # number (4242): in the first row
    REFRESH_REFUSED = "refresh_refused"  # the token endpoint says invalid_grant
    TOKEN_SERVER_DOWN = "token_server_down"  # noqa: S105 - status (0: the connection closes)


_OF_THE_TOKEN_ENDPOINT = frozenset(
    {GoogleFaultKind.REFRESH_REFUSED, GoogleFaultKind.TOKEN_SERVER_DOWN}
)
_OF_SUBMISSIONS = frozenset(
    {
        GoogleFaultKind.BROKEN_STREAM,
        GoogleFaultKind.UNKNOWN_FIELD_TYPE,
        GoogleFaultKind.NO_DATE_FILTER,
    }
)
"""Faults that, scripted without a resource, are about submissions alone."""
_SUBMISSIONS = "lead_form_submission_data"


@dataclass(frozen=True, slots=True)
class GoogleFault:
    """One fault that befalls one call."""

    kind: GoogleFaultKind
    options: Options


@dataclass(slots=True)
class _Scripted:
    fault: GoogleFault
    account: str | None
    resource: str | None
    skip: int
    left: int | None  # None: without end

    def is_about(self, account: str, resource: str, conditions: frozenset[str]) -> bool:
        kind = self.fault.kind
        if kind is GoogleFaultKind.NO_DATE_FILTER and not any(
            name.endswith("submission_date_time") for name in conditions
        ):
            return False
        if kind in _OF_THE_TOKEN_ENDPOINT:
            return account == TOKEN_ENDPOINT
        if account == TOKEN_ENDPOINT:
            return self.account == TOKEN_ENDPOINT
        return self.account in {None, account} and self.resource in {None, resource}


@dataclass(slots=True)
class GoogleFaults:
    """What goes wrong, and when. Safe to use while calls come in on many threads.

    `fired` lists, in order, the kind and the account (or `TOKEN_ENDPOINT`) of every fault that
    befell a call. Accounts in `denied` are refused although the manager account is named.
    """

    fired: list[tuple[GoogleFaultKind, str]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    _scripted: list[_Scripted] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def once(
        self,
        kind: str,
        account: str | None = None,
        *,
        resource: str | None = None,
        after: int = 0,
        times: int = 1,
        **options: float | str,
    ) -> None:
        """Let a fault befall `times` calls about `account`, after `after` such calls went well.

        `resource` is what the query is FROM; without it, faults of rows befall queries of
        submissions, all others any query. Without an account it is any account; `TOKEN_ENDPOINT`
        stands for the token endpoint. Options: see `GoogleFaultKind`.

        Raises:
            ValueError: there is no such kind.
        """
        self._script(GoogleFault(GoogleFaultKind(kind), options), account, resource, after, times)

    def always(
        self,
        kind: str,
        account: str | None = None,
        *,
        resource: str | None = None,
        **options: float | str,
    ) -> None:
        """Let a fault befall every call about `account`, until `clear`. Else as `once`."""
        self._script(GoogleFault(GoogleFaultKind(kind), options), account, resource, 0, None)

    def _script(
        self,
        fault: GoogleFault,
        account: str | None,
        resource: str | None,
        after: int,
        left: int | None,
    ) -> None:
        if resource is None and fault.kind in _OF_SUBMISSIONS:
            resource = _SUBMISSIONS
        with self._lock:
            self._scripted.append(_Scripted(fault, account, resource, after, left))

    def clear(self) -> None:
        """Let everything go well from now on; `fired` and `denied` stay."""
        with self._lock:
            self._scripted.clear()

    def befalling(
        self, account: str, resource: str = "", conditions: frozenset[str] = frozenset()
    ) -> list[GoogleFault]:
        """Return the faults that befall a call, and count them as happened.

        `conditions` are the fields that its WHERE clause names.
        """
        with self._lock:
            found = [
                one.fault
                for one in self._scripted
                if one.is_about(account, resource, conditions) and _is_due(one)
            ]
            self.fired += [(fault.kind, account) for fault in found]
            return found


def _is_due(one: _Scripted) -> bool:
    if one.left == 0:
        return False
    if one.skip:
        one.skip -= 1
        return False
    if one.left is not None:
        one.left -= 1
    return True
