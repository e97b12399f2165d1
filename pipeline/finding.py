"""What `leadledger check` says of one thing that it looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong beside what sources find. The words stay: docs/check.md names them."""

    CONFIG_MISTAKE = "config_mistake"
    CONFIG_OPEN = "config_open"
    PLACEHOLDER = "placeholder"
    SECRETS_OPEN = "secrets_open"
    SUPPRESSION_KEY_SHORT = "suppression_key_short"
    SUPPRESSION_KEY_OTHER = "suppression_key_other"
    LINKS_KEY_MISSING = "links_key_missing"
    LINKS_KEY_LOST = "links_key_lost"
    BACKUP_KEY_MISSING = "backup_key_missing"
    BACKUP_MISSING = "backup_missing"
    BACKUP_OLD = "backup_old"
    BACKUP_UNREADABLE = "backup_unreadable"
    BACKUP_FOLDER_SHUT = "backup_folder_shut"
    BACKUP_SAME_DISK = "backup_same_disk"
    JOURNAL_UNREADABLE = "journal_unreadable"
    JOURNAL_SHORT = "journal_short"
    STORE_UNUSABLE = "store_unusable"
    STORE_BEHIND = "store_behind"
    STORE_AHEAD = "store_ahead"
    STORE_RESTORED = "store_restored"
    STORE_FOLDER_SHUT = "store_folder_shut"
    STORE_OPEN = "store_open"
    STORE_NOT_WAL = "store_not_wal"
    STORE_WAL_LARGE = "store_wal_large"
    STORE_DAMAGED = "store_damaged"
    STORE_REFERENCES = "store_references"
    STORE_UNREACHABLE = "store_unreachable"
    STORE_REFUSES = "store_refuses"
    STORE_SERVER_OLD = "store_server_old"
    STORE_NOT_UTF8 = "store_not_utf8"
    PACKAGE_MISSING = "package_missing"
    TIME_ZONE_MISSING = "time_zone_missing"
    DISK_LOW = "disk_low"
    DESCRIPTORS_FEW = "descriptors_few"
    MAIL_NOT_SET = "mail_not_set"
    MAIL_SIGN_IN = "mail_sign_in"
    MAIL_UNREACHABLE = "mail_unreachable"
    MAIL_CERTIFICATE = "mail_certificate"
    URL_THIS_MACHINE = "url_this_machine"
    URL_PLACEHOLDER = "url_placeholder"
    URL_UNKNOWN_HOST = "url_unknown_host"
    URL_CERTIFICATE = "url_certificate"
    URL_CERTIFICATE_ENDS = "url_certificate_ends"
    URL_SILENT = "url_silent"
    URL_OTHER = "url_other"
    PORT_TAKEN = "port_taken"
    SERVER_DOWN = "server_down"
    CONTACT_PLACEHOLDER = "contact_placeholder"
    POLICY_GAP = "policy_gap"
    CLIENT_NOT_INSTRUCTED = "client_not_instructed"
    ALARMS_TO_NOBODY = "alarms_to_nobody"
    ALARMS_UNTOLD = "alarms_untold"
    AUDIENCE_UNUSABLE = "audience_unusable"
    AUDIENCES_SHARED = "audiences_shared"
    AUDIENCE_BARRED = "audience_barred"
    RECIPIENT_NO_CONTRACT = "recipient_no_contract"
    RECIPIENT_CONTRACT_ENDS = "recipient_contract_ends"
    RECIPIENT_NO_SAFEGUARD = "recipient_no_safeguard"
    RECIPIENT_SAFEGUARD_ENDS = "recipient_safeguard_ends"
    RECIPIENT_TEST_OLD = "recipient_test_old"
    SCHEDULE_UNUSED = "schedule_unused"
    SOURCES_NONE = "sources_none"
    SOURCES_SAME_PLACE = "sources_same_place"
    BOXES_WITHOUT_MEANING = "boxes_without_meaning"
    BOX_UNMAPPED = "box_unmapped"
    NEVER_PULLED = "never_pulled"
    PULL_OLD = "pull_old"
    PUSHES_WAIT = "pushes_wait"
    STAFF_NO_ADMIN = "staff_no_admin"
    STAFF_ACCESS_OVER = "staff_access_over"
    STAFF_LOCKED = "staff_locked"
    STAFF_NO_PASSWORD = "staff_no_password"  # noqa: S105 - the name of a fault
    STAFF_LOST_KEY = "staff_lost_key"
    NO_ANSWER_IN_TIME = "no_answer_in_time"
    CHECK_FAILED = "check_failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `is_ok` None: it works, but somebody should know.

    `fault` says which trouble it is, by a word that stays; empty where nothing is wrong.
    """

    subject: str
    is_ok: bool | None
    message: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is worth a word. Times are in seconds.

    Of PostgreSQL servers older than `needed_postgres` nothing is promised; those older than
    `oldest_postgres` get no repairs any more. `probe` is how long one answer may take, `whole` all
    that is asked of the network together, `call` one call: it is less than `probe`, to leave time
    to say what went wrong. `damage` is how long an SQLite file is read in search of
    damage, `wait` how long another writer or the database server is waited for.
    """

    low_disk_bytes: int = 1_000_000_000
    large_wal_bytes: int = 256_000_000
    descriptors: int = 1_024
    needed_postgres: int = 12
    oldest_postgres: int = 15
    wait: float = 5.0
    damage: float = 5.0
    call: float = 6.0
    probe: float = 10.0
    whole: float = 15.0


LIMITS = Limits()
