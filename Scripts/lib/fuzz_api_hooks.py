"""What Schemathesis does otherwise where it fuzzes a node: it takes ids that exist, and asks for what can be made."""
import json, os, time

import schemathesis
from hypothesis import strategies as st

IDS = os.environ["FUZZ_IDS"]
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
    """What stands before an id in a path says what it is one of."""
    parts = path.split("/")
    place = parts.index("{" + name + "}")
    if parts[place - 1] == "golden-reports":
        return ["sample"]
    if name == "file":
        return ["index.html", "report.json"]
    return pools(parts[place - 1])


NUMBERS = st.integers(min_value=0, max_value=999)


def pick(values, number, otherwise):
    return values[number % len(values)] if values else otherwise


@schemathesis.hook
def flatmap_path_parameters(context, path_parameters):
    """Three of four times an id that exists."""
    if not path_parameters:
        return st.just(path_parameters)
    path = context.operation.path
    choices = {name: known(path, name) for name in path_parameters}

    def chosen(number):
        return {name: pick(choices[name], number // 4, value) if number % 4 else value
                for name, value in path_parameters.items()}

    return NUMBERS.map(chosen)


@schemathesis.hook
def flatmap_query(context, query):
    if not query or "cursor" not in query:
        return st.just(query)
    cursors = pools("cursors")
    return NUMBERS.map(
        lambda number: {**query, "cursor": pick(cursors, number // 2, query["cursor"])} if number % 2 else query)


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
def flatmap_case(context, case):
    """Half of the requests that are as described and make something are such that it is made."""
    good = GOOD.get(case.operation.path)
    if not good or case.method.upper() != "POST" or not case.meta or not case.meta.generation.mode.is_positive:
        return st.just(case)

    def changed(is_good):
        if is_good:
            case.body, case.media_type = good, "application/json"
        return case

    return st.booleans().map(changed)
