"""The server itself: many clients at once, and its end."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import perf_counter

import pytest
import requests

from simulator.graph_api import TOKEN, GraphServer
from simulator.world import World
from tests.simulator.asking import answer, ids, pulled


def test_many_clients_pull_while_leads_arrive(now: datetime) -> None:
    world = World.seeded(5, 400, now)
    there = {form.id: world.lead_ids(form.id) for form in world.forms}

    def pull(form_id: str) -> list[str]:
        world.add_random_leads(10, now)
        return ids(pulled(graph, form_id, limit=9))

    with GraphServer(world) as graph, ThreadPoolExecutor(len(there)) as pool:
        found = dict(zip(there, pool.map(pull, there), strict=True))

    for form_id, rows in found.items():
        assert len(rows) == len(set(rows))
        assert there[form_id] <= set(rows) <= world.lead_ids(form_id)


def test_one_connection_serves_many_calls(graph: GraphServer, form_id: str) -> None:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        opened = []
        for _ in range(3):
            with session.get(f"{graph.url}/v26.0/{form_id}", stream=True, timeout=5) as reply:
                connection = reply.raw.connection
                assert connection is not None
                opened.append(connection.sock.getsockname())
                assert reply.json()["id"] == form_id

    assert len(set(opened)) == 1


def test_every_reply_waits_for_the_latency(world: World) -> None:
    with GraphServer(world, latency=0.1) as graph:
        started = perf_counter()
        answer(graph, "me")
        assert perf_counter() - started >= 0.1


def test_closing_ends_idle_connections_and_frees_the_port(world: World) -> None:
    with GraphServer(world) as graph, socket.create_connection(("127.0.0.1", graph.port)) as idle:
        port = graph.port
        idle.settimeout(5)
        idle.sendall(b"GET /v26.0/me HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(65_536).startswith(b"HTTP/1.1 400 Bad Request")
        graph.close()
        assert idle.recv(1) == b""
    with GraphServer(world, port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"


def test_a_client_that_leaves_in_the_middle_is_no_failure(world: World, form_id: str) -> None:
    world.add_random_leads(3_000, world.now)
    with GraphServer(world) as graph:
        target = f"/v26.0/{form_id}/leads?limit=3000&access_token={TOKEN}"
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", graph.port)) as client:
                client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                client.recv(10)
        assert answer(graph, "me")["name"]


def test_a_failure_of_the_simulator_itself_is_not_kept_quiet(world: World) -> None:
    graph = GraphServer(world)
    graph.start()
    graph.usage = {"X-App-Usage": "no header can hold \N{SNOWMAN}"}
    with pytest.raises(requests.exceptions.ConnectionError):
        answer(graph, "me")

    with pytest.raises(RuntimeError, match="the simulator failed") as failed:
        graph.close()
    assert isinstance(failed.value.__cause__, UnicodeEncodeError)
