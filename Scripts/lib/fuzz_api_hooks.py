"""What Schemathesis does otherwise where it fuzzes a node: takes ids that exist, and does not wait for live state to end."""
import json, os, random, time
from urllib.parse import urlsplit

import requests.adapters
import schemathesis
from hypothesis import strategies as st

IDS = os.environ["FUZZ_IDS"]
# The last part of the path before an id says what it is one of.
DOCUMENT = {
    "spec": "scene/1", "id": "plain", "output": {"size": [320, 180], "fps": 10},
    "scenes": [{"id": "a", "background": "#204060", "duration": 1}],
}
SIZE = {"size": "320x180", "rate": 10, "seconds": 3, "scenes": 1, "avatar": "none"}


class Pools:
    """Ids as they were written down last."""

    def __init__(self):
        self.values, self.read = {}, 0

    def __call__(self, kind):
        if time.time() > self.read + 3:
            with open(IDS) as file:
                self.values, self.read = json.load(file), time.time()
        return self.values.get(kind, [])


pools = Pools()


def known(path, name):
    parts = path.split("/")
    place = parts.index("{" + name + "}")
    if parts[place - 1] == "golden-reports":
        return ["sample"]
    if name == "file":
        return ["index.html", "report.json"]
    return pools(parts[place - 1])


@schemathesis.hook
def flatmap_path_parameters(context, path_parameters):
    """Three of four times an id that exists."""
    if not path_parameters:
        return st.just(path_parameters)
    path = context.operation.path
    choices = {name: known(path, name) for name in path_parameters}

    def chosen(kept):
        # Not drawn: what there is changes, and Hypothesis needs the same choices each time.
        return {name: value if kept or not choices[name] else random.choice(choices[name])
                for name, value in path_parameters.items()}

    return st.sampled_from([False, False, False, True]).map(chosen)


@schemathesis.hook
def flatmap_query(context, query):
    if not query or "cursor" not in query:
        return st.just(query)
    cursors = pools("cursors")
    return st.booleans().map(
        lambda is_known: {**query, "cursor": random.choice(cursors)} if is_known and cursors else query)


GOOD = {
    "/api/v1/render-jobs": {"document": DOCUMENT, "store": True},
    "/api/v1/previews": {"document": DOCUMENT, "at": 3},
    "/api/v1/projects": {"text": "The lake is calm.", **SIZE},
    "/api/v1/projects/estimate": {"text": "The lake is calm.", **SIZE},
    "/v1/signals": {"signal": "a", "data": {}},
    "/invoke/{id}": {"data": {}},
    "/api/v1/events": {"name": "fuzz/echo", "data": {"large": 2**63}},
}


@schemathesis.hook
def map_case(context, case):
    """Half of the requests that are as described and make something are such that it is made."""
    good = GOOD.get(case.operation.path)
    if good and case.method.upper() == "POST" and case.meta and case.meta.generation.mode.is_positive and random.random() < 0.5:
        case.body, case.media_type = good, "application/json"
    return case


class LiveAdapter:
    """Reads the beginning of answers that do not end."""

    send = requests.adapters.HTTPAdapter.send

    @staticmethod
    def first(self, request, *arguments, **options):
        if urlsplit(request.url).path != "/api/v1/live":
            return LiveAdapter.send(self, request, *arguments, **options)
        options["stream"] = True
        answer = LiveAdapter.send(self, request, *arguments, **options)
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            # The greeting comes at once.
            answer._content = b"" if request.method == "HEAD" else next(answer.raw.stream(64 << 10), b"")
            answer._content_consumed = True
            answer.raw.close()
        return answer


requests.adapters.HTTPAdapter.send = LiveAdapter.first
