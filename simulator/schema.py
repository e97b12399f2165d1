"""The fields of the Graph API's types, as far as leads need them (v26.0).

Lists as in facebook-business 26.0.3: lead, leadgenform, leadgen*, page and hasleadaccess.
"""

from simulator.fields import Node


def _plain(*names: str) -> dict[str, Node | None]:
    return dict.fromkeys(names)


AD_FIELDS = frozenset(
    {"ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name"}
)
"""What a lead names only if it came from an ad and the token may see ads."""

LEAD = Node(
    "Lead",
    {
        **_plain("id", "created_time", "form_id", *sorted(AD_FIELDS)),
        **_plain("is_organic", "platform", "partner_name", "post", "retailer_item_id"),
        **_plain("home_listing", "vehicle", "post_submission_check_result"),
        "field_data": Node("UserLeadGenFieldData", _plain("name", "values")),
        "custom_disclaimer_responses": Node(
            "UserLeadGenDisclaimerResponse", _plain("checkbox_key", "is_checked")
        ),
    },
    default=("id", "created_time", "field_data"),
)

_CHECKBOX = Node(
    "LeadGenLegalContentCheckbox",
    _plain("id", "key", "text", "is_required", "is_checked_by_default"),
)
_DISCLAIMER = Node(
    "LeadGenCustomDisclaimer",
    {
        **_plain("title"),
        "body": Node("LeadGenCustomDisclaimerBody", _plain("text", "url_entities")),
        "checkboxes": _CHECKBOX,
    },
)
_LEGAL_CONTENT = Node(
    "LeadGenLegalContent",
    {
        **_plain("id"),
        "privacy_policy": Node("LeadGenPrivacyPolicy", _plain("url", "link_text")),
        "custom_disclaimer": _DISCLAIMER,
    },
)
_QUESTION = Node(
    "LeadGenQuestion",
    {
        **_plain("id", "key", "label", "type", "inline_context"),
        **_plain("conditional_questions_choices", "conditional_questions_group_id"),
        **_plain("dependent_conditional_questions"),
        "options": Node("LeadGenQuestionOption", _plain("key", "value")),
    },
)
FORM = Node(
    "LeadgenForm",
    {
        **_plain("id", "name", "status", "locale", "created_time", "creator", "page_id"),
        **_plain("privacy_policy_url", "follow_up_action_url", "follow_up_action_text"),
        **_plain("leads_count", "organic_leads_count", "expired_leads_count"),
        **_plain("allow_organic_lead", "block_display_for_non_targeted_viewer"),
        **_plain("is_optimized_for_quality", "question_page_custom_headline"),
        "thank_you_page": Node(
            "LeadGenThankYouPage",
            _plain("id", "status", "title", "body", "button_text", "button_type", "website_url"),
        ),
        "page": Node("Page", _plain("id", "name")),
        "context_card": Node(
            "LeadGenContextCard",
            _plain("id", "style", "title", "content", "button_text", "cover_photo", "status"),
        ),
        "tracking_parameters": Node("LeadGenTrackingParameter", _plain("key", "value")),
        "legal_content": _LEGAL_CONTENT,
        "questions": _QUESTION,
        "test_leads": LEAD,
        "leads": LEAD,
    },
    default=("id", "locale", "name", "status"),
)

PAGE = Node(
    "Page",
    {
        **_plain("id", "name", "access_token", "leadgen_tos_accepted"),
        "has_lead_access": Node(
            "HasLeadAccess",
            _plain(
                "app_has_leads_permission",
                "user_has_leads_permission",
                "can_access_lead",
                "enabled_lead_access_manager",
                "is_page_admin",
                "failure_reason",
                "failure_resolution",
                "page_id",
                "user_id",
            ),
        ),
    },
    default=("id", "name"),
)
USER = Node("User", _plain("id", "name"), default=("id", "name"))
