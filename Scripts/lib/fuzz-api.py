"""Fuzzes a node's API, for Scripts/fuzz-api: fills the node, runs Schemathesis, looks after the node meanwhile, counts.

  fuzz-api.py ADDRESS --name NAME --pid PID --out FOLDER --seconds N --seed N

The token, where the node demands one, stands in FUZZ_TOKEN. Exits with 1 where something is wrong.
"""
import argparse, collections, http.server, json, os, re, subprocess, sys, threading, time, urllib.error, urllib.request

TOKEN = os.environ.get("FUZZ_TOKEN", "")
CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "allow_header_conformance", "use_after_free", "ignored_auth",
]
SIZE = {"size": "320x180", "rate": 10, "seconds": 3, "scenes": 1, "avatar": "none", "captions": True}
DOCUMENT = {
    "spec": "scene/1", "id": "plain", "output": {"size": [320, 180], "fps": 10},
    "scenes": [{"id": "a", "background": "#204060", "duration": 1}],
}


class Node:
    def __init__(self, address):
        self.address = address

    def ask(self, method, path, body=None, kind="application/json", timeout=60):
        """Status and body, as JSON where it is some."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", kind)
        if TOKEN:
            request.add_header("Authorization", "Bearer " + TOKEN)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content.decode("utf-8", "replace")

    def need(self, *arguments, **options):
        status, value = self.ask(*arguments, **options)
        if status >= 300:
            sys.exit(f"fuzz-api: {arguments[0]} {arguments[1]} answered {status}: {value}")
        return value

    def items(self, path):
        status, value = self.ask("GET", path)
        return value["items"] if status == 200 else []


class App(http.server.BaseHTTPRequestHandler):
    """An app whose functions return at once."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = b'{"done":true,"large":9007199254740993}'
        self.send_response(200)
        for name, value in [("Content-Type", "application/json"), ("x-inngest-sdk", "py:v0.5.19"),
                            ("x-inngest-req-version", "2"), ("Content-Length", str(len(content)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def fill(node):
    """Something of everything that has an id."""
    app = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{app.server_address[1]}/api/inngest"
    node.need("POST", "/fn/register", {
        "appName": "fuzz", "url": url, "sdk": "py:v0.5.19", "v": "0.1", "framework": "flask", "deployType": "ping",
        "functions": [{
            "id": "fuzz-echo", "name": "echo", "triggers": [{"event": "fuzz/echo"}],
            "steps": {"step": {"id": "step", "name": "step", "retries": {"attempts": 1},
                               "runtime": {"type": "http", "url": url + "?fnId=fuzz-echo&stepId=step"}}},
        }],
    })
    for number in range(4):
        node.need("POST", "/api/v1/events", {"name": "fuzz/echo", "data": {"number": number, "large": 2**60 + 1}})
    words = b"# A lake\n\nThe lake is calm this morning."
    document = node.need("POST", "/api/v1/documents?name=lake.md", words, kind="text/markdown")
    node.need("POST", "/api/v1/render-jobs", {"document": DOCUMENT, "store": True})
    project = node.need("POST", "/api/v1/projects", {"document_id": document["id"], **SIZE})
    end = time.time() + 300
    while time.time() < end:
        films = node.items("/api/v1/films")
        state = node.need("GET", "/api/v1/projects/" + project["id"])["state"]
        if state == "done" and len(films) >= 2:
            return
        if state in ("failed", "cancelled"):
            sys.exit(f"fuzz-api: the first film is {state}")
        time.sleep(0.5)
    sys.exit("fuzz-api: the first film was not made in 300 s")


class Keeper(threading.Thread):
    """Writes down ids for the requests to come, and ends work that they begin, which would take the machine from them."""

    def __init__(self, node, path):
        super().__init__(daemon=True)
        self.node, self.path, self.stopped = node, path, threading.Event()
        self.failures = 0

    def run(self):
        while not self.stopped.wait(4):
            try:
                self.look()
            except (OSError, ValueError, KeyError):
                self.failures += 1

    def look(self):
        node = self.node
        page = "?limit=20"
        projects, jobs = node.items("/api/v1/projects" + page), node.items("/api/v1/render-jobs" + page)
        films, documents = node.items("/api/v1/films" + page), node.items("/api/v1/documents" + page)
        ids = lambda items: [item["id"] for item in items]
        pools = {
            "projects": ids(projects), "render-jobs": ids(jobs), "films": ids(films), "documents": ids(documents),
            "runs": ids(node.items("/api/v1/runs" + page)), "events": ids(node.items("/api/v1/events" + page)),
            "functions": ids(node.items("/api/v1/functions" + page)), "apps": ["fuzz"], "invoke": ["fuzz-echo"],
            "assets": [item["sha256"] for item in films + documents if item["sha256"]],
            "scenes": [scene for project in projects[-3:] for scene in
                       ids(node.items(f"/api/v1/projects/{project['id']}/scenes"))],
            "cursors": [value["next_cursor"] for path in ("events", "runs", "render-jobs", "documents")
                        for status, value in [node.ask("GET", f"/api/v1/{path}?limit=1")]
                        if status == 200 and value["next_cursor"]],
            "last_film": ids(films)[-1:],
        }
        temporary = self.path + ".new"
        with open(temporary, "w") as file:
            json.dump(pools, file)
        os.replace(temporary, self.path)
        live = [item for item in projects if item["state"] not in ("done", "failed", "cancelled")]
        for item in live[2:]:
            node.ask("POST", f"/api/v1/projects/{item['id']}/cancel")
        jobs = [item for item in jobs if item["kind"] == "film" and item["state"] in ("queued", "leased", "blocked")]
        for item in jobs[2:]:
            node.ask("POST", f"/api/v1/render-jobs/{item['id']}/cancel")
        node.ask("POST", "/api/v1/render-queue/resume")

    def stop(self):
        self.stopped.set()
        self.join()


class Watch(threading.Thread):
    """The node's memory, now and then."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.stopped, self.values = pid, threading.Event(), []

    def run(self):
        while True:
            try:
                with open(f"/proc/{self.pid}/statm") as file:
                    self.values.append(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
            except (OSError, IndexError):
                return
            if self.stopped.wait(1):
                return

    def growth(self):
        """MiB in the middle of the first third, and of the last."""
        third = max(1, len(self.values) // 3)
        middle = lambda values: sorted(values)[len(values) // 2] / 2**20 if values else 0
        return middle(self.values[:third]), middle(self.values[-third:])


def served(node):
    """Requests by method and route, and those by status, as the node counts them."""
    text = node.need("GET", "/metrics")
    routes, codes = collections.Counter(), collections.Counter()
    pattern = r'reelnode_http_request_seconds_count\{route="([^"]*)",method="([^"]*)",status="(\d+)"\} (\d+)'
    for route, method, status, count in re.findall(pattern, text):
        routes[f"{method} {route}"] += int(count)
        codes[status] += int(count)
    return routes, codes


def description(node, path):
    """The node's description, saying what this node demands; its operations."""
    value = node.need("GET", "/openapi.json")
    if TOKEN:
        value["security"] = [item for item in value["security"] if item]
    with open(path, "w") as file:
        json.dump(value, file)
    methods = ("get", "put", "post", "delete", "patch", "head")
    return {f"{method.upper()} {path}" for path, item in value["paths"].items() for method in item if method in methods}


def schemathesis(arguments, schema, ids):
    """Runs it; what it found as text, and whether it found nothing."""
    here = os.path.dirname(os.path.abspath(__file__))
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "fuzz_api_hooks", "PYTHONPATH": here, "FUZZ_IDS": ids,
                   "PYTHONDONTWRITEBYTECODE": "1"}
    settings = os.path.join(arguments.out, "schemathesis.toml")
    with open(settings, "w") as file:
        # Live state does not end; its greeting comes at once.
        file.write("max-stream-events = 1\n")
        # What is too large is not looked at.
        refusals = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 431]
        file.write(f"[checks.negative_data_rejection]\nexpected-statuses = {refusals}\n")
    command = [
        os.path.join(os.path.dirname(sys.executable), "st"), "--no-color", "--config-file", settings, "run", schema,
        "--url", arguments.address, "--checks", ",".join(CHECKS), "--max-time", str(arguments.seconds),
        "--seed", str(arguments.seed), "--continue-on-failure", "--request-timeout", "60",
        "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off", "--workers", "1",
    ]
    if TOKEN:
        command += ["--header", "Authorization: Bearer " + TOKEN]
    log = os.path.join(arguments.out, arguments.name + ".found")
    with open(log, "w") as file:
        ended = subprocess.run(command, env=environment, stdout=file, stderr=subprocess.STDOUT, cwd=arguments.out)
    with open(log) as file:
        return file.read(), ended.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    for name in ("--name", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--pid", "--seconds", "--seed"):
        parser.add_argument(name, required=True, type=int)
    arguments = parser.parse_args()
    node = Node(arguments.address)
    fill(node)
    ids = os.path.join(arguments.out, arguments.name + ".ids")
    schema = os.path.join(arguments.out, arguments.name + ".openapi.json")
    operations = description(node, schema)
    keeper, watch = Keeper(node, ids), Watch(arguments.pid)
    keeper.look()
    keeper.start()
    watch.start()
    before, _ = served(node)
    found, is_clean = schemathesis(arguments, schema, ids)
    keeper.stop()
    watch.stopped.set()
    watch.join()
    routes, codes = served(node)
    sent = {operation: routes[operation] - before[operation] for operation in operations}
    missed = sorted(operation for operation, count in sent.items() if count < 1)
    errors = sum(count for code, count in codes.items() if code >= "500")
    # Failures are listed once each, under the name of their kind.
    kinds = collections.Counter(re.findall(r"^ *- (.+)$", found, re.M))
    first, last = watch.growth()
    status, _ = node.ask("GET", "/health")
    is_bounded = last < first + 300
    print(json.dumps({
        "node": arguments.name, "seconds": arguments.seconds, "seed": arguments.seed,
        "requests": sum(routes.values()), "operations": len(operations), "operations_reached": len(operations) - len(missed),
        "missed": missed, "server_errors": errors, "findings": dict(kinds), "alive": status == 200,
        "memory_mib": [round(first), round(last)], "by_status": dict(sorted(codes.items())),
    }))
    if not is_clean:
        print(found[-20_000:], file=sys.stderr)
    if not (is_clean and not missed and errors == 0 and status == 200 and is_bounded):
        sys.exit(1)


main()
