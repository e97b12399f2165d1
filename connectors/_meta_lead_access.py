"""Which of the two gates to the leads of a page is shut: the app's permission, or the page's.

Source: facebook-business 26, adobjects/hasleadaccess.py (the page's field `has_lead_access`).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from connectors._meta_graph import Graph
from connectors._meta_verdict import GraphError

_GATES = {
    "app_has_leads_permission": "the app lacks the permission leads_retrieval",
    "user_has_leads_permission": (
        "the person or system user of the token has no lead access on the page"
    ),
    "can_access_lead": "leads of the page cannot be read",
}


@dataclass(frozen=True, slots=True)
class LeadAccess:
    """What the platform says of a page: the gates that are shut, None if it does not say."""

    shut: tuple[str, ...] | None
    is_customised: bool
    is_tos_accepted: bool | None

    @property
    def sentence(self) -> str:
        """Return what is known as a sentence, empty if nothing is."""
        if not self.shut:
            return ""
        listed = " Leads access is customised: add app and user to its list."
        return f"The platform says: {'; '.join(self.shut)}.{listed if self.is_customised else ''}"


def lead_access(graph: Graph, page_id: str) -> LeadAccess:
    """Ask the page who may read its leads.

    Raises:
        GraphError: the page does not answer that.
    """
    page = graph.get(page_id, fields="has_lead_access,leadgen_tos_accepted")
    access, accepted = page.get("has_lead_access"), page.get("leadgen_tos_accepted")
    is_accepted = accepted if isinstance(accepted, bool) else None
    if not isinstance(access, Mapping):
        return LeadAccess(None, is_customised=False, is_tos_accepted=is_accepted)
    # the platform's own words on the failure are left out: they may name people
    return LeadAccess(
        tuple(text for key, text in _GATES.items() if access.get(key) is False),
        is_customised=access.get("enabled_lead_access_manager") is True,
        is_tos_accepted=is_accepted,
    )


class LeadAccessOnce:
    """Asks at most once a pull, however many forms are refused."""

    def __init__(self, page_id: str) -> None:
        self._page_id = page_id
        self._lock = threading.Lock()
        self._sentence: str | None = None

    def sentence(self, graph: Graph) -> str:
        """Return which gate is shut, empty if the platform does not say."""
        with self._lock:
            if self._sentence is None:
                try:
                    self._sentence = lead_access(graph, self._page_id).sentence
                except GraphError:
                    # the refusal itself is reported; this only makes its message better
                    self._sentence = ""
            return self._sentence
