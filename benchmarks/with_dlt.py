"""The same leads into the same database with dlt's REST source: no basis, matching or ledger."""

import os
import tempfile
from collections.abc import Callable

from benchmarks.graph_server import TOKEN, form


def load(url: str, forms: int, limit: int, target: str) -> Callable[[], int]:
    """Load the same leads with dlt's REST source, without basis, matching or ledger."""
    os.environ |= {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "DESTINATION__CREDENTIALS": target,
        # with more, its loaders lock each other out of SQLite
        "LOAD__WORKERS": "1",
    }
    import dlt as tool
    from dlt.sources.rest_api import rest_api_source

    resources = [
        {
            "name": f"leads_{number}",
            "table_name": "leads",
            "primary_key": "id",
            "write_disposition": "append",
            "endpoint": {
                "path": f"v26.0/{form(number)['id']}/leads",
                "params": {"limit": limit, "access_token": TOKEN},
                "data_selector": "data",
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "paging.cursors.after",
                    "cursor_param": "after",
                },
            },
        }
        for number in range(forms)
    ]
    source = rest_api_source({"client": {"base_url": url}, "resources": resources})
    folder = tempfile.mkdtemp()
    named = tool.destinations
    destination = named.sqlalchemy if "sqlite" in target else named.postgres
    pipeline = tool.pipeline(
        "benchmark", pipelines_dir=folder, dataset_name="bench",
        destination=destination(target),
    )  # fmt: skip

    def work() -> int:
        pipeline.run(source)
        return int(pipeline.last_trace.last_normalize_info.row_counts["leads"])

    return work
