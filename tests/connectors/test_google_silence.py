"""What Google's transport writes to stderr by itself is shown to nobody."""

import os
import subprocess
import sys

from simulator.google_certificate import ROOTS_VARIABLE
from tests.connectors.google_rig import served

UNTRUSTING = """
import sys
from datetime import timedelta
from connectors._google_line import Access, Line, open_line
from connectors._google_verdict import GoogleError

access = Access(service_account_key=sys.stdin.read)
line = Line(access, sys.argv[2], "v26", sys.argv[1], timedelta(seconds=9), timedelta(0), print)
with open_line(line) as ads:
    try:
        list(ads.rows(sys.argv[2], "SELECT customer.id FROM customer"))
    except GoogleError as error:
        print(error.verdict.outcome.name)
"""


def test_a_certificate_that_is_not_trusted_is_told_in_our_words_only() -> None:
    with served(1) as server:
        environment = dict(os.environ)
        environment.pop(ROOTS_VARIABLE)
        done = subprocess.run(
            [sys.executable, "-c", UNTRUSTING, server.endpoint, server.world.manager_id],
            input=server.service_account_key(),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout == "RETRY\n"
    assert done.stderr == ""
