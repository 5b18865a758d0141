"""How soon each page of a node's dashboard is to be seen, with many projects in its database.

  server-paint.py upload URL FOLDER FILE               keeps the pictures of FOLDER in the node; FILE gets what they became
  server-paint.py fill DATABASE FILE [--projects N --scenes M]
                                                       writes projects, and all that their making leaves behind, into the
                                                       database of a node that is not running
  server-paint.py measure URL DATABASE [--times N] [--limit MS] [--json FILE]
                                                       opens every page in Chromium with an empty cache

Only what comes with Python is needed. `measure` ends with 1 where a page paints later than the limit.
"""
import argparse, json, os, random, select, shutil, sqlite3, statistics, subprocess, sys, tempfile, time, urllib.request

DAY = 86_400_000
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(ms, number):
    """An id whose order is that of its time and then of its number."""
    value = (ms << 80) | (number << 40) | random.getrandbits(40)
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in range(25, -1, -1))


# MARK: Filling


def upload(arguments):
    kept = []
    for name in sorted(os.listdir(arguments.folder)):
        with open(os.path.join(arguments.folder, name), "rb") as file:
            body = file.read()
        request = urllib.request.Request(
            f"{arguments.url}/api/v1/documents?name={name}", body, {"Content-Type": "image/jpeg"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            document = json.load(answer)
        kept.append({key: document[key] for key in ("sha256", "bytes", "media_type")})
    with open(arguments.file, "w") as file:
        json.dump(kept, file)


class Filler:
    """Rows as the pipeline, the engine and the queue leave them."""

    def __init__(self, path, pictures, now):
        self.db = sqlite3.connect(path)
        self.pictures, self.now = pictures, now
        self.number = 0
        self.rows = {}
        self.seq = self.db.execute("SELECT value FROM workflow_counter WHERE name = 'event'").fetchone()[0]

    def id(self, ms):
        self.number += 1
        return ulid(ms, self.number)

    def add(self, table, **values):
        self.rows.setdefault((table, tuple(values)), []).append(tuple(values.values()))

    def write(self):
        for (table, columns), rows in self.rows.items():
            marks = ", ".join("?" * len(columns))
            self.db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        self.rows = {}

    def event(self, name, data, at):
        self.seq += 1
        id = self.id(at)
        self.add(
            "workflow_event", id=id, seq=self.seq, name=name, data=json.dumps(data), ts_ms=at, received_ms=at
        )
        return id

    def run(self, function, event, data, at, took, steps, failure=None):
        id = self.id(at)
        event = self.event(event, data, at)
        error = failure and json.dumps({"name": "Error", "message": failure})
        self.add(
            "workflow_run", id=id, function_id=function, state="failed" if failure else "completed",
            event_id=event, begin_seq=self.seq, rank_ms=at, output=None if failure else '{"ok":true}',
            error=error, created_ms=at, started_ms=at + 3, ended_ms=at + took,
        )
        for place, name in enumerate(steps):
            begin = at + took * place // len(steps)
            self.add(
                "workflow_step", run_id=id, place=str(place + 1), name=name, kind="run", state="done",
                attempt=1, result='{"bytes":24816,"seconds":4.2}', started_ms=begin,
                ended_ms=begin + took // len(steps),
            )

    def asset(self, project, scene, role, provider, at):
        picture = random.choice(self.pictures)
        self.add(
            "asset", project_id=project, scene_id=scene, role=role, sha256=picture["sha256"],
            media_type=picture["media_type"], bytes=picture["bytes"], provider=provider, created_ms=at,
        )

    def attempt(self, project, scene, capability, provider, unit, amount, price, at):
        id = self.id(at)
        self.add(
            "attempt", id=id, project_id=project, scene_id=scene, capability=capability, provider=provider,
            request_sha256=f"{self.number:064x}", state="done", created_ms=at, sent_ms=at, ended_ms=at + 900,
        )
        for kind in ("estimate", "actual"):
            self.add(
                "cost", attempt_id=id, kind=kind, unit=unit, amount=amount, microdollars=price, at_ms=at + 900
            )

    def job(self, kind, label, frames, at, took, **more):
        id = self.id(at)
        self.add(
            "render_job", id=id, kind=kind, state="done", key=None if kind == "film" else f"{self.number:064x}",
            label=label, profile="h264", priority=0, payload="{}", result="{}", failures="[]", attempt=1,
            max_attempts=4, fence=1, is_paused=0, frames=frames, frames_done=frames, weight=float(frames),
            elapsed_ms=took, run_at_ms=at, created_ms=at, started_ms=at + 40, ended_ms=at + 40 + took, **more,
        )
        return id

    def project(self, number, of, scenes):
        at = self.now - 5 * DAY + 5 * DAY * number // of
        id = f"film-{number:020x}"
        state = {0: "failed", 1: "cancelled", 2: "paused"}.get(number % 40, "done")
        title = random.choice(TITLES) + f" {number + 1}"
        words = {
            "failed": "scene 3: the provider refuses the picture\n  → give a picture with one face",
            "paused": "the budget of $2.00 is spent\n  → raise the budget, then continue",
        }
        end = at + 90_000 + scenes * 4000
        film = self.job("film", title, scenes * 120, end - 60_000, 900) if state == "done" else None
        self.add(
            "project", id=id, title=title, state=state, paused_from="producing" if state == "paused" else None,
            message=words.get(state), error_code="provider" if state == "failed" else None, generation=1,
            settings="{}", budget_microdollars=2_000_000, film_job_id=film, created_ms=at, updated_ms=end,
            ended_ms=None if state == "paused" else end,
        )
        self.add(
            "document", id=self.id(at), project_id=id, name=f"brief-{number + 1}.md", sha256=f"{number:064x}",
            bytes=4200, media_type="text/markdown", language="en", parsed_sha256=f"{number:064x}", warnings="[]",
            status="done", created_ms=at, updated_ms=at,
        )
        self.run("document-parser", "document/uploaded", {"project": id}, at, 40, ["read", "keep"])
        self.run("script-generator", "script/generate.requested", {"project": id}, at + 60, 80, ["write", "keep"])
        if state == "done":
            self.asset(id, "", "film", "reelnode", end)
            self.asset(id, "", "poster", "reelnode", end)
        parts = []
        for place in range(scenes):
            parts.append(self.scene(id, title, place, at + 500 + place * 4000, state))
        if film:
            parts.append(self.job("sound", f"{title}: sound", scenes * 120, end - 50_000, 400))
            for place, part in enumerate(parts):
                self.add("render_job_need", job_id=film, needs_id=part, position=place)

    def scene(self, project, title, place, at, state):
        id = f"{project}-s{place:02}"
        failed = state == "failed" and place == 2
        done = "done" if state == "done" or place < 2 else "pending"
        script = {
            "title": random.choice(TITLES), "narration": random.choice(SENTENCES) + " " + random.choice(SENTENCES),
            "visual": "a still of the sea", "keywords": ["sea"], "language": "en", "background": "drawn",
        }
        self.add(
            "scene", id=id, project_id=project, position=place, script=json.dumps(script), is_requested=1,
            tts_status=done, avatar_status="failed" if failed else done, background_status=done,
            caption_status=done, render_status="done" if state == "done" else "pending",
            message="the provider refuses the picture\n  → give a picture with one face" if failed else None,
            duration=4.2, created_ms=at, updated_ms=at + 3000, started_ms=at,
            ended_ms=at + 3000 if state == "done" else None,
        )
        failure = "the provider refuses the picture" if failed else None
        for capability, role, provider, unit, amount, price in PARTS:
            if done == "done" or failed:
                data = {"project": project, "scene": id}
                self.run(
                    f"{capability}-generator", f"{capability}/generate.requested", data, at, 1100,
                    ["ask", "take", "keep"], failure if capability == "avatar" else None,
                )
                self.attempt(project, id, capability, provider, unit, amount, price, at)
            # Speech and avatars would have to be real sound and film.
            if done == "done" and capability == "background":
                self.asset(project, id, role, provider, at)
        self.run("scene-processor", "scene/process.requested", {"scene": id}, at, 3000, ["begin", "wait", "end"])
        label = f"{title}: scene 's{place + 1:02}', frames {place * 120}-{place * 120 + 119}"
        return self.job("segment", label, 120, at + 3000, 1500) if state == "done" else None


PARTS = [
    ("speech", "speech", "elevenlabs", "characters", 120.0, 18_000),
    ("avatar", "avatar", "d-id", "seconds", 4.2, 75_000),
    ("background", "background", "veo", "seconds", 4.0, 160_000),
]
TITLES = ["Ocean energy", "The lighthouse", "How rivers meet the sea", "Tides", "바다의 에너지", "등대 이야기"]
SENTENCES = [
    "Waves carry the wind's work to the shore.", "A lighthouse shows ships the way at night.",
    "Twice a day the water comes, and twice it goes.", "파도는 바람의 힘을 해안까지 나릅니다.",
]


def fill(arguments):
    random.seed(500)
    with open(arguments.file) as file:
        pictures = json.load(file)
    filler = Filler(arguments.database, pictures, int(time.time() * 1000) - 120_000)
    with filler.db:
        for number in range(arguments.projects):
            filler.project(number, arguments.projects, arguments.scenes)
        filler.write()
        filler.db.execute("UPDATE workflow_counter SET value = ? WHERE name = 'event'", (filler.seq,))
    for table in ("project", "scene", "asset", "attempt", "render_job", "workflow_run", "workflow_step", "workflow_event"):
        count = filler.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        print(f"{count:8,} {table}", file=sys.stderr)
    filler.db.close()


# MARK: The browser


class Chromium:
    """Headless, driven over its debugging pipe."""

    def __init__(self):
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if not program:
            sys.exit("pages are measured in Chromium, which is not installed\n  → Scripts/setup chromium")
        self.profile = tempfile.mkdtemp(prefix="reelnode-paint.")
        command, self.writer = os.pipe()
        self.reader, answer = os.pipe()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$0" "$@" 3<&{command} 4>&{answer}', program, "--headless=new",
             "--remote-debugging-pipe", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
             "--disable-extensions", "--disable-background-networking", f"--user-data-dir={self.profile}"],
            pass_fds=(command, answer), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(command)
        os.close(answer)
        self.number, self.buffer = 0, b""

    def send(self, method, session=None, patience=120, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + patience
        while True:
            while b"\0" in self.buffer:
                text, self.buffer = self.buffer.split(b"\0", 1)
                answer = json.loads(text)
                if answer.get("id") != self.number:
                    continue
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if not select.select([self.reader], [], [], max(0, end - time.monotonic()))[0]:
                raise RuntimeError(f"Chromium has not answered {method} for {patience} s")
            piece = os.read(self.reader, 1 << 20)
            if not piece:
                raise RuntimeError("Chromium has ended")
            self.buffer += piece

    def evaluate(self, session, script):
        result = self.send("Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", script))
        return result["result"].get("value")

    def close(self):
        try:
            self.send("Browser.close", patience=20)
        except (RuntimeError, OSError):
            pass
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


# Notes when data are there instead of the grey rows that stand for them.
WATCH = """
(() => {
  const look = () => {
    const main = document.querySelector('main');
    if (main?.querySelector('h1') && !main.querySelector('.skeleton')
      && main.querySelector('.cards, .table, .facts, .scenes, .fields, .send-form select, .gauges, .empty')) {
      window.shownAt ??= performance.now();
      return;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
# Gives null after a minute.
AWAIT = """
new Promise((resolve) => {
  const end = performance.now() + 60000;
  const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    if (paint && window.shownAt) resolve({
      fcp: paint.startTime, shown: window.shownAt, requests: performance.getEntriesByType('resource').length,
      rows: document.querySelectorAll('tbody tr, .card, .scene').length,
      alert: document.querySelector('main [role=alert]')?.textContent ?? null });
    else if (performance.now() > end) resolve(null);
    else setTimeout(look, 20);
  };
  look();
})
"""


def open_page(browser, address):
    context = browser.send("Target.createBrowserContext")["browserContextId"]
    try:
        target = browser.send(
            "Target.createTarget", url="about:blank", browserContextId=context, newWindow=True, width=1280, height=800
        )["targetId"]
        session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.send("Network.enable", session)
        browser.send("Network.setCacheDisabled", session, cacheDisabled=True)
        browser.send("Page.enable", session)
        browser.send("Page.addScriptToEvaluateOnNewDocument", session, source=WATCH)
        failed = browser.send("Page.navigate", session, url=address).get("errorText")
        if failed:
            raise RuntimeError(f"{address}: {failed}")
        seen = browser.evaluate(session, AWAIT)
        if not seen:
            text = browser.evaluate(session, "document.body.innerText.slice(0, 600)")
            raise RuntimeError(f"{address} shows no data after a minute:\n{text}")
        return seen
    finally:
        browser.send("Target.disposeBrowserContext", browserContextId=context)


def pages(database):
    db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    one = lambda sql: db.execute(sql).fetchone()[0]
    film = one("SELECT id FROM project WHERE state = 'done' ORDER BY created_ms DESC LIMIT 1")
    failed = one("SELECT id FROM project WHERE state = 'failed' ORDER BY created_ms DESC LIMIT 1")
    job = one("SELECT id FROM render_job WHERE kind = 'film' ORDER BY id DESC LIMIT 1")
    run = one("SELECT id FROM workflow_run ORDER BY id DESC LIMIT 1")
    event = one("SELECT id FROM workflow_event ORDER BY id DESC LIMIT 1")
    db.close()
    return [
        ("projects", ""), ("projects?q=sea", ""), ("projects?state=failed", ""), ("projects/new", ""),
        (f"projects/{film}", "a film's project"), (f"projects/{failed}", "a failed project"), ("queue", ""),
        ("queue?state=failed", ""), (f"queue/{job}", "a film's job"), ("costs", ""), ("runs", ""),
        ("runs?state=failed", ""), (f"runs/{run}", "a run"), ("events", ""), (f"events/{event}", "an event"),
        ("events/send", ""), ("functions", ""), ("system", ""), ("goldens", ""),
    ]


def measure(arguments):
    browser = Chromium()
    results, late = [], []
    try:
        open_page(browser, f"{arguments.url}/ui/system")  # The browser's own beginning is not the page's.
        print(f"{'page':<24} {'FCP median':>10} {'FCP most':>9} {'data median':>11} {'data most':>9}   ms; rows")
        for path, name in pages(arguments.database):
            seen = [open_page(browser, f"{arguments.url}/ui/{path}") for _ in range(arguments.times)]
            paint, shown = [one["fcp"] for one in seen], [one["shown"] for one in seen]
            result = {
                "page": name or path, "fcp_median_ms": round(statistics.median(paint)), "fcp_most_ms": round(max(paint)),
                "data_median_ms": round(statistics.median(shown)), "data_most_ms": round(max(shown)),
                "rows": seen[-1]["rows"], "requests": seen[-1]["requests"], "alert": seen[-1]["alert"],
            }
            results.append(result)
            print(
                f"{result['page']:<24} {result['fcp_median_ms']:>10} {result['fcp_most_ms']:>9} "
                f"{result['data_median_ms']:>11} {result['data_most_ms']:>9}   {result['rows']}"
                + (f" !! {result['alert']}" if result["alert"] else ""), flush=True,
            )
            if result["fcp_median_ms"] > arguments.limit or result["alert"]:
                late.append(result["page"])
    finally:
        browser.close()
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)
    if late:
        sys.exit(f"painted later than {arguments.limit} ms, or with an error: {', '.join(late)}")


parser = argparse.ArgumentParser()
parts = parser.add_subparsers(dest="part", required=True)
part = parts.add_parser("upload")
part.add_argument("url")
part.add_argument("folder")
part.add_argument("file")
part = parts.add_parser("fill")
part.add_argument("database")
part.add_argument("file")
part.add_argument("--projects", type=int, default=500)
part.add_argument("--scenes", type=int, default=20)
part = parts.add_parser("measure")
part.add_argument("url")
part.add_argument("database")
part.add_argument("--times", type=int, default=5)
part.add_argument("--limit", type=int, default=500)
part.add_argument("--json")
arguments = parser.parse_args()
{"upload": upload, "fill": fill, "measure": measure}[arguments.part](arguments)
