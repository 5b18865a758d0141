"""Load for a node's server: requests over many connections, and clients of its live state.

  server-load.py requests URL --connections N --seconds S [--post FILE] [--every T]
                                                                          figures of one kind of request as a JSON line;
                                                                          each connection asks every T seconds, or at once
  server-load.py films URL --seconds S                                    how long two films of S seconds take to render
  server-load.py live URL --clients N --updates U [--pid PID]             how quickly an update reaches all

Only what comes with Python is needed. The program itself uses one core.
"""
import argparse, asyncio, json, os, time, urllib.parse


def place(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else None


def memory(pid):
    """Resident bytes of a process."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def read_answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        length = int(lower[at + 15 : lower.find(b"\r\n", at)])
        if length:
            await reader.readexactly(length)
    return status


async def requests(arguments):
    url = urllib.parse.urlsplit(arguments.url)
    path = url.path + ("?" + url.query if url.query else "")
    if arguments.post:
        with open(arguments.post, "rb") as file:
            body = file.read()
        request = (
            f"POST {path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
    else:
        request = f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode()
    times, statuses = [], {}
    start = time.perf_counter()
    end = start + arguments.seconds

    async def client(number):
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        due = start + arguments.every * number / arguments.connections
        while (begin := time.perf_counter()) < end:
            if due > begin:
                await asyncio.sleep(due - begin)
                begin = time.perf_counter()
            due += arguments.every
            writer.write(request)
            status = await read_answer(reader)
            # To say no is quicker than to answer.
            if status < 300:
                times.append(time.perf_counter() - begin)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(arguments.connections)))
    took = time.perf_counter() - start
    times.sort()
    print(
        json.dumps(
            {
                "url": path, "connections": arguments.connections, "answered": len(times),
                "per_second": round(len(times) / took, 1),
                "p50_ms": round(place(times, 0.5) * 1000, 2),
                "p99_ms": round(place(times, 0.99) * 1000, 2),
                "most_ms": round(times[-1] * 1000, 2), "statuses": statuses,
                # What the load itself takes of the machine, per request.
                "own_cpu_ms": round(sum(os.times()[:2]) * 1000 / max(len(times), 1), 3),
            }
        )
    )


def film(number, seconds):
    """A document of a moving clip, no part of which is in a cache."""
    return {
        "spec": "scene/1", "id": f"bench-{number}",
        "output": {"size": [1920, 1080], "fps": 30, "preset": "web"},
        "assets": {"clip": {"path": "clip.mp4"}},
        "scenes": [
            {
                "id": "s", "background": {"asset": "clip"}, "duration": seconds,
                "title_card": {"text": f"Film {number} of {os.getpid()}"},
            }
        ],
    }


async def films(arguments):
    url = urllib.parse.urlsplit(arguments.url)

    async def ask(method, path, value=None):
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        body = json.dumps(value).encode() if value is not None else b""
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        head, _, text = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        if int(head[9:12]) >= 300:
            raise SystemExit(f"{method} {path}: {head[:40]} {text[:400]}")
        return json.loads(text)

    begin = time.perf_counter()
    jobs = [
        await ask(
            "POST", "/api/v1/render-jobs", {"document": film(number, arguments.seconds), "store": True}
        )
        for number in range(2)
    ]
    for job in jobs:
        while True:
            state = (await ask("GET", f"/api/v1/render-jobs/{job['id']}"))["state"]
            if state.startswith("done"):
                break
            if state in ("failed", "cancelled"):
                raise SystemExit(f"the film is {state}")
            await asyncio.sleep(0.1)
    print(json.dumps({"films": 2, "seconds": round(time.perf_counter() - begin, 2)}))


async def live(arguments):
    url = urllib.parse.urlsplit(arguments.url)
    before = memory(arguments.pid) if arguments.pid else None
    seen = {}
    heard = asyncio.Event()
    connected = 0

    async def client(number):
        nonlocal connected
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        writer.write(
            f"GET /api/v1/live?topics=events HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode()
        )
        rest = b""
        while True:
            piece = await reader.read(65536)
            if not piece:
                raise SystemExit(f"client {number} was cut off")
            rest += piece
            if b"event: hello" in rest and number not in joined:
                joined.add(number)
            for mark in list(waiting):
                if mark in rest and number not in seen[mark]:
                    seen[mark][number] = time.perf_counter()
                    if len(seen[mark]) == arguments.clients:
                        heard.set()
            rest = rest[-400:]

    joined, waiting = set(), set()
    tasks = []
    for number in range(arguments.clients):
        tasks.append(asyncio.create_task(client(number)))
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    while len(joined) < arguments.clients:
        await asyncio.sleep(0.05)
        for task in tasks:
            if task.done():
                task.result()
    await asyncio.sleep(2)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    last = []
    for update in range(arguments.updates):
        mark = f"live/update-{os.getpid()}-{update}-end".encode()
        seen[mark] = {}
        waiting.add(mark)
        heard.clear()
        body = json.dumps({"name": mark.decode(), "data": {}}).encode()
        writer.write(
            f"POST /api/v1/events HTTP/1.1\r\nHost: {url.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await read_answer(reader)
        sent = time.perf_counter()
        await asyncio.wait_for(heard.wait(), 60)
        last.append(max(seen[mark].values()) - sent)
        waiting.discard(mark)
        await asyncio.sleep(0.3)
    last.sort()
    print(
        json.dumps(
            {
                "clients": arguments.clients, "updates": arguments.updates,
                "all_reached_p50_ms": round(place(last, 0.5) * 1000, 1),
                "all_reached_most_ms": round(last[-1] * 1000, 1),
                "rss_before_mib": before and round(before / 2**20, 1),
                "rss_mib": arguments.pid and round(memory(arguments.pid) / 2**20, 1),
            }
        )
    )
    for task in tasks:
        task.cancel()


parser = argparse.ArgumentParser()
parts = parser.add_subparsers(dest="part", required=True)
part = parts.add_parser("requests")
part.add_argument("url")
part.add_argument("--connections", type=int, default=32)
part.add_argument("--seconds", type=float, default=10)
part.add_argument("--post")
part.add_argument("--every", type=float, default=0)
part = parts.add_parser("films")
part.add_argument("url")
part.add_argument("--seconds", type=float, default=10)
part = parts.add_parser("live")
part.add_argument("url")
part.add_argument("--clients", type=int, default=1000)
part.add_argument("--updates", type=int, default=20)
part.add_argument("--pid", type=int)
arguments = parser.parse_args()
asyncio.run({"requests": requests, "films": films, "live": live}[arguments.part](arguments))
