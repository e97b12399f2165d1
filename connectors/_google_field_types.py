"""The types of question that Google's lead forms know: our own table, so that none of it is needed.

Webhook bodies and downloaded files are read without Google's package, which costs a second to load.

Source: google-ads 34.0.0, enums/types/lead_form_field_user_input_type.py; the same in v23 to v26.
"""

from collections.abc import Mapping

_YOUNGEST_ASKED, _OLDEST_ASKED = 18, 65
_NUMBER_OF_AGE_NOUGHT = 1060

_NATIONAL_IDS = {
    16: "GOVERNMENT_ISSUED_ID_CPF_BR",
    17: "GOVERNMENT_ISSUED_ID_DNI_AR",
    18: "GOVERNMENT_ISSUED_ID_DNI_PE",
    19: "GOVERNMENT_ISSUED_ID_RUT_CL",
    20: "GOVERNMENT_ISSUED_ID_CC_CO",
    21: "GOVERNMENT_ISSUED_ID_CI_EC",
    22: "GOVERNMENT_ISSUED_ID_RFC_MX",
}
_AGES = {
    age + _NUMBER_OF_AGE_NOUGHT: f"OVER_{age}_AGE"
    for age in range(_YOUNGEST_ASKED, _OLDEST_ASKED + 1)
}

FIELD_TYPES: Mapping[int, str] = {
    0: "UNSPECIFIED",
    1: "UNKNOWN",
    2: "FULL_NAME",
    3: "EMAIL",
    4: "PHONE_NUMBER",
    5: "POSTAL_CODE",
    8: "STREET_ADDRESS",
    9: "CITY",
    10: "REGION",
    11: "COUNTRY",
    12: "WORK_EMAIL",
    13: "COMPANY_NAME",
    14: "WORK_PHONE",
    15: "JOB_TITLE",
    **_NATIONAL_IDS,
    23: "FIRST_NAME",
    24: "LAST_NAME",
    1001: "VEHICLE_MODEL",
    1002: "VEHICLE_TYPE",
    1003: "PREFERRED_DEALERSHIP",
    1004: "VEHICLE_PURCHASE_TIMELINE",
    1005: "VEHICLE_OWNERSHIP",
    1006: "COMPANY_SIZE",
    1007: "ANNUAL_SALES",
    1008: "YEARS_IN_BUSINESS",
    1009: "VEHICLE_PAYMENT_TYPE",
    1010: "VEHICLE_CONDITION",
    1011: "JOB_DEPARTMENT",
    1012: "JOB_ROLE",
    1013: "EDUCATION_PROGRAM",
    1014: "EDUCATION_COURSE",
    1016: "PRODUCT",
    1017: "SERVICE",
    1018: "OFFER",
    1019: "CATEGORY",
    1020: "PREFERRED_CONTACT_METHOD",
    1021: "PREFERRED_LOCATION",
    1022: "PREFERRED_CONTACT_TIME",
    1023: "PURCHASE_TIMELINE",
    1024: "PROPERTY_TYPE",
    1025: "REALTOR_HELP_GOAL",
    1026: "PROPERTY_COMMUNITY",
    1027: "PRICE_RANGE",
    1028: "NUMBER_OF_BEDROOMS",
    1029: "FURNISHED_PROPERTY",
    1030: "PETS_ALLOWED_PROPERTY",
    1031: "NEXT_PLANNED_PURCHASE",
    1033: "EVENT_SIGNUP_INTEREST",
    1034: "PREFERRED_SHOPPING_PLACES",
    1035: "FAVORITE_BRAND",
    1036: "TRANSPORTATION_COMMERCIAL_LICENSE_TYPE",
    1038: "EVENT_BOOKING_INTEREST",
    1039: "DESTINATION_COUNTRY",
    1040: "DESTINATION_CITY",
    1041: "DEPARTURE_COUNTRY",
    1042: "DEPARTURE_CITY",
    1043: "DEPARTURE_DATE",
    1044: "RETURN_DATE",
    1045: "NUMBER_OF_TRAVELERS",
    1046: "TRAVEL_BUDGET",
    1047: "TRAVEL_ACCOMMODATION",
    1048: "YEARS_OF_EXPERIENCE",
    1049: "JOB_INDUSTRY",
    1050: "LEVEL_OF_EDUCATION",
    **_AGES,
}
"""The 118 types by Google's number. The same names are the `column_id` of a webhook."""

NATIONAL_IDS = frozenset(_NATIONAL_IDS.values())
"""The types that ask for a number of a national register: CPF, DNI, RUT, CC, CI, RFC."""

AGES: Mapping[str, int] = {name: number - _NUMBER_OF_AGE_NOUGHT for number, name in _AGES.items()}
"""The types that ask "are you over …?", each with the age in years."""


def type_name(number: int) -> str:
    """Return the name of a type; of a number that Google added later, the number as text.

    So a value of a type that nobody knows yet is kept: as `"4242"` in a payload and in the answers.

    Example:
        >>> type_name(3), type_name(4242)
        ('EMAIL', '4242')
    """
    return FIELD_TYPES.get(number) or str(number)
