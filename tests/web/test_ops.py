"""What operators' machines ask."""

from starlette.testclient import TestClient


def test_it_says_that_it_is_alive_with_headers_that_allow_nothing(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
