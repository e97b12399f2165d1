"""What a lead form asset is, and the forms that the pretend advertisers show.

Source: google-ads 34.0.0, v26/common/types/asset_types.py, LeadFormAsset.
"""

from dataclasses import dataclass, field
from typing import Any

OPT_IN_QUESTION = "May we send you offers by e-mail?"
OPT_IN_YES = "Yes, please"
OPT_IN_NO = "No, thank you"
WEBHOOK_SECRET = "rehearsal-webhook-secret"  # noqa: S105 - opens the simulator only


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers to choose from; none: whoever fills it in writes.

    `name` is the name of a LeadFormFieldUserInputType, or the text of a custom question.
    """

    name: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadForm:
    """A lead form as it stands at one time."""

    name: str
    business_name: str
    headline: str
    description: str
    privacy_policy_url: str
    fields: tuple[Question, ...]
    custom_questions: tuple[Question, ...] = ()
    custom_disclosure: str | None = None
    call_to_action_type: str = "GET_INFO"
    call_to_action_description: str = "Tell us how to reach you"
    post_submit_headline: str | None = "Thank you"
    post_submit_description: str | None = "We will be in touch within a day."
    desired_intent: str = "HIGH_INTENT"
    webhook_secret: str | None = field(default=None, repr=False)

    @property
    def asks_to_opt_in(self) -> bool:
        """Say whether the form asks for leave to send offers."""
        return any(question.name == OPT_IN_QUESTION for question in self.custom_questions)

    def as_asset(self) -> dict[str, Any]:
        """Return the form as `asset.lead_form_asset`, webhook secret and all."""
        shown: dict[str, Any] = {
            "business_name": self.business_name,
            "call_to_action_type": self.call_to_action_type,
            "call_to_action_description": self.call_to_action_description,
            "headline": self.headline,
            "description": self.description,
            "privacy_policy_url": self.privacy_policy_url,
            "post_submit_headline": self.post_submit_headline,
            "post_submit_description": self.post_submit_description,
            "fields": [_asked("input_type", question) for question in self.fields],
            "custom_question_fields": [
                _asked("custom_question_text", question) for question in self.custom_questions
            ],
            "post_submit_call_to_action_type": "VISIT_SITE",
            "desired_intent": self.desired_intent,
            "custom_disclosure": self.custom_disclosure,
        }
        if self.webhook_secret is not None:
            webhook = {
                "advertiser_webhook_url": "https://leads.agency.example/in/google",
                "google_secret": self.webhook_secret,
                "payload_schema_version": 3,
            }
            shown["delivery_methods"] = [{"webhook": webhook}]
        return {name: value for name, value in shown.items() if value is not None}


def _asked(name: str, question: Question) -> dict[str, Any]:
    if not question.answers:
        return {name: question.name}
    return {name: question.name, "single_choice_answers": {"answers": list(question.answers)}}


def _written(*names: str) -> tuple[Question, ...]:
    return tuple(Question(name) for name in names)


FORMS = (
    LeadForm(
        name="Offers by e-mail",
        business_name="Brightwater Dental",
        headline="A brighter smile",
        description="Leave your details and we will call you about a first appointment.",
        privacy_policy_url="https://brightwater.example/privacy",
        fields=_written("FULL_NAME", "EMAIL", "PHONE_NUMBER", "POSTAL_CODE"),
        custom_questions=(
            Question(OPT_IN_QUESTION, (OPT_IN_YES, OPT_IN_NO)),
            Question("What would you like to have looked at?", ("Check-up", "Whitening", "Braces")),
        ),
        call_to_action_type="GET_OFFER",
        webhook_secret=WEBHOOK_SECRET,
    ),
    LeadForm(
        name="Book a consultation",
        business_name="Hartmann & Söhne GmbH",
        headline="Talk to an engineer",
        description="An engineer will ring you back about your project.",
        privacy_policy_url="https://hartmann.example/datenschutz",
        fields=(
            *_written("FIRST_NAME", "LAST_NAME", "WORK_EMAIL", "PHONE_NUMBER", "COMPANY_NAME"),
            Question("COMPANY_SIZE", ("1-9", "10-49", "50 or more")),
        ),
        custom_questions=_written("What is your project about?"),
        custom_disclosure="Calls may be recorded for training. Ask us not to, and we will not.",
        call_to_action_type="BOOK_NOW",
        webhook_secret=WEBHOOK_SECRET,
    ),
    LeadForm(
        name="Ask for a valuation",
        business_name="Fox, Hare & Partners",
        headline="What is your home worth?",
        description="A free valuation, without obligation.",
        privacy_policy_url="https://foxhare.example/privacy",
        fields=(
            *_written("FULL_NAME", "EMAIL", "PHONE_NUMBER", "CITY"),
            Question("PROPERTY_TYPE", ("House", "Flat", "Land")),
            Question("PURCHASE_TIMELINE", ("This month", "This year", "Later")),
        ),
        post_submit_headline=None,
        post_submit_description=None,
        desired_intent="LOW_INTENT",
    ),
)
"""The forms of an account, in this order; the first asks to opt in."""
