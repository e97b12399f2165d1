"""Which fields a query may name, and where: the messages say what there is, Google what is allowed.

Source: developers.google.com/google-ads/api/fields/v26, the pages of the resources. Where a page
leaves it open, the answer is no, so that nobody comes to rely on it: members of
`asset.lead_form_asset` beside submissions, single members of `contact_details`.
"""

from typing import Any, NamedTuple

from simulator.google_errors import query_error
from simulator.google_query import Condition, Query

_SUBMISSIONS = "lead_form_submission_data"
_BESIDE = {
    _SUBMISSIONS: ("ad_group", "ad_group_ad", "asset", "campaign", "customer"),
    "asset": ("customer",),
    "customer": (),
    "customer_client": ("customer",),
    "local_services_lead": ("customer",),
}
_FILTERABLE = {
    _SUBMISSIONS: "ad_group ad_group_ad asset campaign resource_name submission_date_time",
    "asset": "id name resource_name source type",
    "customer": "descriptive_name id manager resource_name status test_account time_zone",
    "customer_client": (
        "client_customer descriptive_name hidden id level manager resource_name status "
        "test_account time_zone"
    ),
    "local_services_lead": (
        "category_id creation_date_time id lead_charged lead_status lead_type locale "
        "resource_name service_id"
    ),
    "campaign": "id name resource_name",
    "ad_group": "id resource_name",
    "ad_group_ad": "resource_name",
}
_SORTABLE = {
    _SUBMISSIONS: "id submission_date_time",
    "asset": "id name type",
    "customer": "id",
    "customer_client": "descriptive_name id level manager status",
    "local_services_lead": "creation_date_time id lead_status lead_type",
}
_WHOLE_MESSAGES = frozenset({"local_services_lead.contact_details"})
"""Fields that are a message, and are selected as one."""


class Field(NamedTuple):
    """A field that a query names: the members to walk to it, and its descriptor."""

    name: str
    path: tuple[str, ...]
    descriptor: Any

    @property
    def is_time(self) -> bool:
        """Say whether it holds a time."""
        return self.name.endswith("_date_time")

    @property
    def is_whole(self) -> bool:
        """Say whether it holds a whole number."""
        return self.descriptor.cpp_type in {
            self.descriptor.CPPTYPE_INT32,
            self.descriptor.CPPTYPE_INT64,
        }

    @property
    def is_bool(self) -> bool:
        """Say whether it holds yes or no."""
        return bool(self.descriptor.cpp_type == self.descriptor.CPPTYPE_BOOL)

    @property
    def constants(self) -> frozenset[str]:
        """Return the names that its enum has; empty: it holds no enum."""
        enum = self.descriptor.enum_type
        return frozenset(enum.values_by_name) if enum is not None else frozenset()


def selected(query: Query, row: Any) -> list[Field]:  # noqa: ANN401 - a descriptor of protobuf
    """Return the fields that a query selects, `row` being the descriptor of GoogleAdsRow.

    Raises:
        RefusedError: a field does not exist, or cannot be selected here.
    """
    fields = []
    for name in query.fields:
        found = _found(name, query.resource, row)
        is_form = name.startswith("asset.lead_form_asset.") and query.resource == _SUBMISSIONS
        is_message = found.descriptor.message_type is not None and not found.descriptor.is_repeated
        if is_form or (is_message and name not in _WHOLE_MESSAGES):
            message = f"'{name}' cannot be selected."
            raise query_error("PROHIBITED_FIELD_IN_SELECT_CLAUSE", message)
        fields.append(found)
    return fields


def filtered(query: Query, row: Any) -> list[tuple[Field, Condition]]:  # noqa: ANN401
    """Return the conditions with the fields that they are on. Raises like `selected`."""
    found = [(_found(one.field, query.resource, row), one) for one in query.conditions]
    for field, _ in found:
        if not _is_listed(field.name, _FILTERABLE):
            message = f"'{field.name}' is not filterable."
            raise query_error("PROHIBITED_FIELD_IN_WHERE_CLAUSE", message)
    return found


def sorted_by(query: Query, row: Any) -> list[tuple[Field, bool]]:  # noqa: ANN401
    """Return the fields to sort by, and whether the last comes first. Raises like `selected`."""
    found = [(_found(name, query.resource, row), down) for name, down in query.order]
    for field, _ in found:
        if not _is_listed(field.name, _SORTABLE):
            message = f"'{field.name}' is not sortable."
            raise query_error("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", message)
    return found


def _is_listed(name: str, lists: dict[str, str]) -> bool:
    resource, _, member = name.partition(".")
    return member in lists.get(resource, "").split()


def _found(name: str, resource: str, row: Any) -> Field:  # noqa: ANN401
    """Return a field by its name in the language, such as `asset.type`."""
    path: list[str] = []
    message, descriptor = row, None
    for part in name.split("."):
        members = message.fields_by_name if message is not None else {}
        member = part if part in members else f"{part}_"
        if member not in members:
            raise query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
        if ".".join(path) in _WHOLE_MESSAGES:
            raise query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
        descriptor = members[member]
        message = None if descriptor.is_repeated else descriptor.message_type
        path.append(member)
    _check_resource(path[0], resource)
    return Field(name, tuple(path), descriptor)


def _check_resource(named: str, resource: str) -> None:
    if named in {resource, *_BESIDE.get(resource, ())}:
        return
    code = {
        "segments": "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
        "metrics": "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
    }.get(named, "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE")
    raise query_error(code, f"'{named}' cannot be named in a query FROM '{resource}'.")
