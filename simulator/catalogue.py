"""The forms of the pretend agency: each shows one thing that real forms do.

Keys, wording and quirks follow what public exports and issue threads show of live forms.
"""

from simulator.forms import Blueprint, Box, Question

_NAME = Question("full_name", "Full name", "FULL_NAME")
_EMAIL = Question("email", "Email", "EMAIL")
_PHONE = Question("phone_number", "Phone number", "PHONE")
_UTM = (("utm_source", "facebook"), ("utm_campaign", "autumn_2026"))

NEWSLETTER = Blueprint(
    name="Newsletter 2026",
    questions=(_NAME, _EMAIL, _PHONE),
    boxes=(
        Box(
            "email_updates",
            "Yes, send me Nectra's monthly news and offers by e-mail.",
            tick_rate=0.62,
        ),
        Box("call_updates", "Yes, Nectra may call me about its offers.", tick_rate=0.21),
    ),
    title="Keeping in touch",
    body=(
        "You can take this back at any time, by the link in every mail. Our privacy policy says "
        "how we keep your details."
    ),
    linked_words="privacy policy",
    card="One mail a month: what worked for others, and what it cost them.",
    headline="News worth reading, once a month",
    tracking=_UTM,
    share=8,
)

QUOTE_REQUIRED_BOX = Blueprint(
    name="Free quote (box required)",
    questions=(
        Question("first_name", "First name", "FIRST_NAME"),
        Question("last_name", "Last name", "LAST_NAME"),
        Question("work_email", "Work email", "WORK_EMAIL"),
        _PHONE,
        Question("company_name", "Company name", "COMPANY_NAME"),
        Question(
            "what's your monthly budget?",
            "What's your monthly budget?",
            options=(("under_500", "Under £500"), ("500_2000", "£500-£2,000"), ("more", "More")),
        ),
    ),
    boxes=(
        Box(
            "marketing_required",
            "I agree to receive marketing from Nectra Technologies by e-mail and telephone.",
            is_required=True,
            tick_rate=1.0,
        ),
    ),
    title="Your agreement",
    body="We need your agreement to send the quote.",
    share=4,
)

GUIDE_PRE_TICKED = Blueprint(
    name="Download the guide (box pre-ticked)",
    questions=(_NAME, _EMAIL, Question("job_title", "Job title", "JOB_TITLE")),
    boxes=(
        Box(
            "offers",
            "Send me offers by e-mail.",
            is_checked_by_default=True,
            tick_rate=0.93,
        ),
    ),
    title="Offers",
    body="Untick the box if you would rather not hear from us.",
    tracking=_UTM,
    share=3,
)

EVENT_NO_BOXES = Blueprint(
    name="Open day sign-up",
    questions=(
        _NAME,
        _EMAIL,
        Question("phone_(with_country_code)", "Phone (with country code)", "PHONE"),
        Question(
            "which services interest you?",
            "Which services interest you?",
            options=(
                ("search_ads", "Search ads"),
                ("social", "Social media"),
                ("crm", "CRM, set up for you"),
            ),
            is_multiple=True,
        ),
        Question("city", "City", "CITY"),
    ),
    share=4,
)

GERMAN_MUTE_KEYS = Blueprint(
    name="Rückruf und Newsletter",
    questions=(
        Question("vollständiger_name", "Vollständiger Name", "FULL_NAME"),
        Question("e-mail-adresse", "E-Mail-Adresse", "EMAIL"),
        Question("telefonnummer", "Telefonnummer", "PHONE"),
        Question("größe_des_unternehmens?", "Größe des Unternehmens?"),
    ),
    boxes=(
        Box(
            "optional_1",
            "Ja, ich möchte den Newsletter der Nectra Technologies per E-Mail erhalten.",
            tick_rate=0.55,
        ),
        Box(
            "optional_2",
            "Ja, Nectra darf mich zu Werbezwecken anrufen.",
            tick_rate=0.18,
        ),
    ),
    locale="de_DE",
    title="Einwilligung",
    body=(
        "Sie können Ihre Einwilligung jederzeit widerrufen. Näheres steht in der "
        "Datenschutzerklärung."
    ),
    linked_words="Datenschutzerklärung",
    privacy_link_text="Datenschutzerklärung",
    share=4,
)

TEXTLESS_BOX = Blueprint(
    name="Text me the offer",
    questions=(_NAME, _PHONE, _EMAIL),
    boxes=(
        Box("sms_updates", None, tick_rate=0.7),
        Box("email_updates", "Yes, e-mail me offers too.", tick_rate=0.4),
    ),
    title="How may we reach you?",
    body="",
    share=2,
)

QUIET_ARCHIVED = Blueprint(
    name="Summer 2024 competition",
    questions=(_NAME, _EMAIL),
    boxes=(Box("email_updates", "Send me news by e-mail."),),
    title="Stay in touch",
    body="",
    status="ARCHIVED",
    share=0,
)

BLUEPRINTS = (
    NEWSLETTER,
    QUOTE_REQUIRED_BOX,
    GUIDE_PRE_TICKED,
    EVENT_NO_BOXES,
    GERMAN_MUTE_KEYS,
    TEXTLESS_BOX,
    QUIET_ARCHIVED,
)
"""In the order in which `World.seeded(forms=…)` takes them."""
