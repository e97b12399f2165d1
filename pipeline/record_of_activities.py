"""The lines of a controller in the record of processing, one for each activity (Art. 30(1))."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from pipeline.recipient_settings import RecipientSettings
from pipeline.record_cells import contact, handing_cells, security, stated
from pipeline.record_facts import Cells, KeptFacts, handed_cells, leads_cells
from pipeline.settings import ConfiguredSource, ControllerSettings, Settings
from policy.processing import (
    ACTIVITIES,
    ACTIVITY_OF_KIND,
    BASIS_WORDS,
    PURPOSE_WORDS,
    Activity,
    kept_for,
    not_stated,
    rights_by,
)
from policy.processing_columns import CONTROLLER_COLUMNS
from policy.vocabulary import Channel, LawfulBasis

_ABOUT_LEADS = frozenset(ACTIVITY_OF_KIND.values()) | {Activity.OTHER_LEADS, Activity.SALES_EXPORT}
_SEEDED = frozenset(Activity) - {Activity.IMPORTED_FILES, Activity.OTHER_LEADS}
"""What has a line even where it is not in use: the others come with a source of their kind."""


def activity_rows(
    settings: Settings, controller: ControllerSettings, facts: KeptFacts, now: datetime
) -> list[Cells]:
    """Return the lines of one controller; every column has something in it. Rule: ROP-1."""
    rows = []
    for activity in Activity:
        sources = [
            each
            for each in settings.sources
            if each.controller.id == controller.id
            and ACTIVITY_OF_KIND.get(each.kind, Activity.OTHER_LEADS) is activity
        ]
        if sources or activity in _SEEDED:
            cells = _row(settings, controller, activity, sources, facts, now)
            rows.append({name: cells[name] for name in CONTROLLER_COLUMNS})
    return rows


def _row(
    settings: Settings,
    controller: ControllerSettings,
    activity: Activity,
    sources: Sequence[ConfiguredSource],
    facts: KeptFacts,
    now: datetime,
) -> Cells:
    about = ACTIVITIES[activity]
    bases = _bases(controller, activity, sources, facts)
    own = frozenset(bases)
    kept = tuple(map(kept_for, about.kept)) or (_KEPT_OTHERWISE[activity],)
    return {
        "activity": (about.name,),
        "state": _state(settings, controller, activity, sources),
        "function": (about.function,),
        "controller": contact(controller),
        "purposes": tuple(PURPOSE_WORDS[each] for each in about.purposes) + _boxes(sources),
        "people": (about.people,),
        "data": about.data,
        "origin": (about.origin, *(f"{each.id} ({each.kind})" for each in sources)),
        "bases": _in_words(bases, activity, facts, controller.id),
        "interests": _interests(controller, own),
        "special_categories": ("none asked for; answers that hold them are masked and not used",),
        "criminal_data": ("none asked for; answers that hold them are masked and not used",),
        "rights": tuple(each.replace("_", " ") for each in rights_by(own, about.purposes)),
        "automated_decisions": ("none",),
        "consent_records": _CONSENTS if LawfulBasis.CONSENT in own else ("not applicable",),
        "retention": kept,
        "retention_followed": (_followed(controller, facts),),
        "security": security(settings, controller),
        "counts": _counts(controller, activity, sources, facts),
        **{name: stated(controller, name) for name in _STATED},
        **handing_cells(_recipients(settings, controller, activity), now),
    }


_STATED = (
    *("joint_controllers", "representative", "dpo", "location", "dpia", "breaches"),
    "retention_policy",
)
_CONSENTS = ("`leadledger leads show LEAD --consent-records`",)
_KEPT_OTHERWISE = {
    Activity.RIGHTS_REQUESTS: "until it is answered with name and words; reference, days and"
    " outcome after that as evidence (ERA-5)",
    Activity.AD_AUDIENCES: "hashes until the platform has confirmed, 30 days at most (AUD-2)",
}


def _bases(
    controller: ControllerSettings,
    activity: Activity,
    sources: Sequence[ConfiguredSource],
    facts: KeptFacts,
) -> Counter[LawfulBasis]:
    """Return what an activity rests on: by rule, else by what is kept, with how many people."""
    fixed = ACTIVITIES[activity].bases
    if fixed is not None:
        return Counter(dict.fromkeys(fixed, 0))
    found: Counter[LawfulBasis] = Counter()
    wanted = {each.id for each in sources} if activity is not Activity.SALES_EXPORT else None
    for (controller_id, source_id), rows in facts.bases.items():
        if controller_id == controller.id and (wanted is None or source_id in wanted):
            for row in rows:
                found[row.basis] += row.people
    return found


def _in_words(
    bases: Counter[LawfulBasis], activity: Activity, facts: KeptFacts, controller_id: str
) -> tuple[str, ...]:
    if activity is Activity.SALES_EXPORT:
        codes = facts.codes.get(controller_id, {})
        told = tuple(f"{code}: {people:,} in lists" for code, people in sorted(codes.items()))
        return told or ("decided anew for each row of each list; no list was made yet",)
    if ACTIVITIES[activity].bases is None and not bases:
        return ("none in use: nobody's permission is recorded",)
    return tuple(
        f"{BASIS_WORDS[basis]}{f': {count:,} permissions' if count else ''}"
        for basis, count in sorted(bases.items())
    )


def _interests(controller: ControllerSettings, bases: frozenset[LawfulBasis]) -> tuple[str, ...]:
    if LawfulBasis.LEGITIMATE_INTERESTS not in bases:
        return ("not applicable",)
    return stated(controller, "assessment")


def _boxes(sources: Sequence[ConfiguredSource]) -> tuple[str, ...]:
    """Return what the boxes of some sources ask consent for, each once."""
    asked = {
        f"asked for by box: {meaning.purpose.replace('_', ' ')} by {channel.replace('_', ' ')}"
        for source in sources
        for meaning in source.meanings
        for channel in meaning.channels
    }
    return tuple(sorted(asked))


def _state(
    settings: Settings,
    controller: ControllerSettings,
    activity: Activity,
    sources: Sequence[ConfiguredSource],
) -> tuple[str, ...]:
    if activity is Activity.ANALYTICS:
        return (
            "counts only, and no use of single leads",
            not_stated("describe the analytics of your pages by hand"),
        )
    if activity is Activity.AD_AUDIENCES:
        audiences = [a for a in settings.audiences if a.controller.id == controller.id]
        return tuple(f"{a.id} ({a.kind})" for a in audiences) or ("no: no audience is configured",)
    if activity in _ABOUT_LEADS and activity is not Activity.SALES_EXPORT:
        return ("yes",) if sources else ("no: no source of this kind is configured",)
    return ("yes",)


def _recipients(
    settings: Settings, controller: ControllerSettings, activity: Activity
) -> list[RecipientSettings]:
    """Return who is handed something by an activity: lists, or hashes of people who leave."""
    own = [each for each in settings.recipients if each.controller == controller.id]
    if activity is Activity.AD_AUDIENCES:
        named = {a.recipient.id for a in settings.audiences if a.recipient is not None}
        return [each for each in own if each.id in named]
    if activity in _ABOUT_LEADS:
        return [each for each in own if set(each.channels) != {Channel.ONLINE_AUDIENCE}]
    return []


def _followed(controller: ControllerSettings, facts: KeptFacts) -> str:
    if overdue := facts.counts.get(controller.id, {}).get("overdue"):
        return f"NO: leads kept beyond their day: {overdue:,}; run `leadledger expire`"
    return "yes: no lead is kept beyond its day"


def _counts(
    controller: ControllerSettings,
    activity: Activity,
    sources: Sequence[ConfiguredSource],
    facts: KeptFacts,
) -> tuple[str, ...]:
    counts = facts.counts.get(controller.id, {})
    if activity is Activity.SALES_EXPORT:
        handed = facts.handed.get(controller.id, ())
        return handed_cells(handed) or ("lists: 0",)
    if name := _COUNTED.get(activity):
        return (f"{name}: {counts.get(name, 0):,}",)
    return leads_cells(controller, sources, facts) or ("none",)


_COUNTED = {
    Activity.SUPPRESSION_LIST: "entries",
    Activity.RIGHTS_REQUESTS: "requests",
    Activity.AUDIT_LOG: "ledger rows",
    Activity.AD_AUDIENCES: "removals waiting",
}
