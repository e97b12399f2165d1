"""Places that the law tells apart."""

UNITED_KINGDOM = "GB"

EEA = frozenset(
    """
    AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO
    """.split()  # noqa: SIM905 - thirty codes read better so
)
"""The states of the European Economic Area, as ISO 3166 codes: the 27 of the Union and three."""
