"""A Graph API that answers from memory: every page is rendered before the clock starts.

It runs in a process of its own, so that its work is never counted. Every other lead has ticked the
box; every tenth shares a telephone number with its neighbour; one in fifty submitted before.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from urllib.parse import parse_qs, urlsplit

import orjson

PAGE_ID = "102938475610293"
TOKEN = "benchmark-token"
NEWEST = 1_795_300_000  # 2026-11-22, in Unix seconds
BOX = {
    "id": "1", "key": "email_updates", "text": "Yes, send me news and offers by e-mail.",
    "is_required": False, "is_checked_by_default": False,
}  # fmt: skip


def form(number: int) -> dict[str, object]:
    """Return a form with one optional box and three questions."""
    return {
        "id": str(9_000_000_000 + number),
        "name": f"Form {number}",
        "status": "ACTIVE",
        "locale": "en_GB",
        "privacy_policy_url": "https://nectra.example/privacy",
        "questions": [
            {"id": "1", "key": "full_name", "label": "Full name", "type": "FULL_NAME"},
            {"id": "2", "key": "email", "label": "Email", "type": "EMAIL"},
            {"id": "3", "key": "phone_number", "label": "Phone number", "type": "PHONE"},
            {"id": "4", "key": "budget", "label": "Monthly budget", "type": "CUSTOM"},
        ],
        "legal_content": {
            "id": "2",
            "privacy_policy": {"url": "https://nectra.example/privacy", "link_text": "Privacy"},
            "custom_disclaimer": {"title": "News", "body": {"text": "…"}, "checkboxes": [BOX]},
        },
    }


def lead(number: int, form_id: object) -> dict[str, object]:
    """Return one lead, of about 900 bytes as real ones have."""
    person = number - 1 if number % 50 == 49 else number
    phone = person - 1 if number % 10 == 9 else person
    at = NEWEST - number % (80 * 86_400)
    day, second = divmod(at, 86_400)
    return {
        "id": str(10_000_000_000_000_000 + number),
        "created_time": _iso(day, second),
        "form_id": form_id,
        "ad_id": str(120_210_000_000_000_000 + number % 40),
        "ad_name": f"Spring offer, picture {number % 40}",
        "adset_id": str(120_220_000_000_000_000 + number % 10),
        "adset_name": f"Owners of small firms, {number % 10}",
        "campaign_id": "120230000000000001",
        "campaign_name": "Leads UK 2026",
        "is_organic": False,
        "platform": "ig" if number % 3 else "fb",
        "field_data": [
            {"name": "full_name", "values": [f"Priya Sample-{person:06d}"]},
            {"name": "email", "values": [f"priya.sample.{person:06d}@mail{person % 500}.example"]},
            {"name": "phone_number", "values": [f"+44770{phone % 10_000_000:07d}"]},
            {"name": "budget", "values": ["500_to_1000"]},
            {"name": "utm_source", "values": ["facebook"]},
            {"name": "utm_campaign", "values": ["spring-offer-2026"]},
        ],
        "custom_disclaimer_responses": [
            {"checkbox_key": "email_updates", "is_checked": "1" if number % 2 else ""}
        ],
    }


def _iso(day: int, second: int) -> str:
    moment = datetime.fromtimestamp(day * 86_400 + second, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}+0000"


def rendered(leads: int, forms: int, limit: int) -> dict[tuple[str, str], bytes]:
    """Return every answer by (path's last two parts, cursor)."""
    listed = [form(number) for number in range(forms)]
    answers = {(f"{PAGE_ID}/leadgen_forms", ""): orjson.dumps({"data": listed})}
    share = -(-leads // forms)
    for place, shown in enumerate(listed):
        numbers = range(place * share, min((place + 1) * share, leads))
        pages = [numbers[n : n + limit] for n in range(0, len(numbers), limit)]
        for count, page in enumerate(pages):
            body: dict[str, object] = {"data": [lead(number, shown["id"]) for number in page]}
            if count + 1 < len(pages):
                after = f"c{count + 1}"
                body["paging"] = {"cursors": {"after": after}, "next": f"http://x/?after={after}"}
            answers[f"{shown['id']}/leads", f"c{count}" if count else ""] = orjson.dumps(body)
    return answers


async def _serve(answers: dict[tuple[str, str], bytes], latency: float, told: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            url = urlsplit(head.split(b" ", 2)[1].decode())
            path = "/".join(url.path.split("/")[-2:])
            after = parse_qs(url.query).get("after", [""])[0]
            body = answers.get((path, after), b'{"data":[]}')
            if latency:
                await asyncio.sleep(latency)
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body)
            )
            writer.write(body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


def _process(leads: int, forms: int, limit: int, latency: float, told: Connection) -> None:
    asyncio.run(_serve(rendered(leads, forms, limit), latency, told))


@contextmanager
def graph_server(leads: int, forms: int, limit: int, latency: float = 0.0) -> Iterator[str]:
    """Run the server; yield its address."""
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(
        target=_process, args=(leads, forms, limit, latency, theirs), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()
