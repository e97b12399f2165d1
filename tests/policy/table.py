"""Every case of the decision table, in the order of its groups."""

from tests.policy import (
    test_permission_a_record,
    test_permission_b_processor,
    test_permission_c_erasure_and_sale,
    test_permission_c_opt_in_again,
    test_permission_c_opt_out,
    test_permission_d_claims_and_rights,
    test_permission_d_keeping,
    test_permission_d_restriction,
    test_permission_e_person,
    test_permission_e_special_category,
    test_permission_f_notice,
    test_permission_g_consent,
    test_permission_g_elsewhere,
    test_permission_g_evidence,
    test_permission_g_term,
    test_permission_h_answers,
    test_permission_h_calls,
    test_permission_h_channel,
    test_permission_h_companies,
    test_permission_h_electronic_mail,
    test_permission_h_registers,
    test_permission_i_countries,
    test_permission_i_handing_over,
    test_permission_i_recipients,
    test_permission_together,
)
from tests.policy.rows import Row

GROUPS = (
    test_permission_a_record,
    test_permission_b_processor,
    test_permission_c_erasure_and_sale,
    test_permission_c_opt_out,
    test_permission_c_opt_in_again,
    test_permission_d_restriction,
    test_permission_d_keeping,
    test_permission_d_claims_and_rights,
    test_permission_e_person,
    test_permission_e_special_category,
    test_permission_f_notice,
    test_permission_g_consent,
    test_permission_g_elsewhere,
    test_permission_g_evidence,
    test_permission_g_term,
    test_permission_h_electronic_mail,
    test_permission_h_companies,
    test_permission_h_channel,
    test_permission_h_calls,
    test_permission_h_registers,
    test_permission_h_answers,
    test_permission_i_handing_over,
    test_permission_i_recipients,
    test_permission_i_countries,
    test_permission_together,
)

CASES_BY_FILE: dict[str, tuple[Row, ...]] = {
    f"tests/policy/{group.__name__.rpartition('.')[2]}.py": group.CASES for group in GROUPS
}

ALL_CASES: tuple[Row, ...] = tuple(case for cases in CASES_BY_FILE.values() for case in cases)
