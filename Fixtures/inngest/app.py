"""An app with the Inngest SDK for Python, with one function for each thing that the SDK offers.

It serves on a free port, prints its address, and appends a line to the file $APP_LOG for every step that it executes.
"""

import datetime
import os
import sys
import threading

import flask
import inngest
import inngest.flask
import werkzeug.serving

client = inngest.Inngest(app_id="studio")
app = flask.Flask("studio")


def note(line):
    with open(os.environ["APP_LOG"], "a") as log:
        log.write(line + "\n")


def work(name, value=None):
    """A step's work: notes that it is done, and gives its value."""

    def do():
        note(name)
        return value

    return do


@client.create_function(
    fn_id="speak", retries=0, trigger=inngest.TriggerEvent(event="never")
)
def speak(ctx):
    return ctx.step.run("say", work("say", ctx.event.data["text"] + ".wav"))


@client.create_function(
    fn_id="film", trigger=inngest.TriggerEvent(event="scene/ready")
)
def film(ctx):
    fetched = ctx.step.run("fetch", work("fetch", {"big": 9007199254740993}))

    def draw():
        note("draw")
        if ctx.attempt == 0:
            raise RuntimeError("render farm busy")
        return ctx.attempt

    drawn = ctx.step.run("draw", draw)
    ctx.step.sleep("nap", datetime.timedelta(milliseconds=300))
    ctx.step.send_event(
        "ask", inngest.Event(name="avatar/wanted", data={"sceneId": ctx.event.data["sceneId"]})
    )
    answer = ctx.step.wait_for_event(
        "the avatar",
        event="avatar/ready",
        if_exp="async.data.sceneId == event.data.sceneId",
        timeout=datetime.timedelta(minutes=30),
    )
    nothing = ctx.step.wait_for_event(
        "nothing", event="never", timeout=datetime.timedelta(seconds=1)
    )
    spoken = ctx.step.invoke("speak", function=speak, data={"text": "hi"})
    sides = ctx.group.parallel(
        (
            lambda: ctx.step.invoke("speak beside", function=speak, data={"text": "ho"}),
            lambda: ctx.step.run("left", work("left", 1)),
            lambda: ctx.step.run("right", work("right", 2)),
            lambda: ctx.step.send_event("send", inngest.Event(name="scene/seen")),
        )
    )
    ctx.step.run("after", work("after"))
    return {
        "fetched": fetched,
        "drawn": drawn,
        "answer": answer.data["file"],
        "nothing": nothing,
        "spoken": spoken,
        "sides": list(sides[:3]),
    }


def told(ctx):
    note("failed " + ctx.event.data["function_id"] + " " + ctx.event.data["error"]["message"])


@client.create_function(
    fn_id="broken",
    on_failure=told,
    retries=3,
    trigger=inngest.TriggerEvent(event="scene/broken"),
)
def broken(ctx):
    note("broken")
    raise inngest.NonRetriableError("no such scene")


@client.create_function(
    fn_id="late", retries=1, trigger=inngest.TriggerEvent(event="scene/late")
)
def late(ctx):
    note("late %d" % ctx.attempt)
    if ctx.attempt == 0:
        raise inngest.RetryAfterError("later", datetime.timedelta(seconds=1))
    return "now"


@client.create_function(
    fn_id="hopeless", retries=1, trigger=inngest.TriggerEvent(event="scene/hopeless")
)
def hopeless(ctx):
    def fail():
        note("hopeless")
        raise ValueError("no way")

    try:
        ctx.step.run("try", fail)
    except inngest.StepError as error:
        return ctx.step.run("give in", work("give in", error.name + ": " + error.message))


@client.create_function(
    fn_id="stopped",
    cancel=[inngest.Cancel(event="project/stopped", if_exp="async.data.p == event.data.p")],
    trigger=inngest.TriggerEvent(event="scene/long"),
)
def stopped(ctx):
    ctx.step.sleep("long", datetime.timedelta(hours=1))


@client.create_function(fn_id="tick", trigger=inngest.TriggerCron(cron="@every 1s"))
def tick(ctx):
    note("tick")


def chains(ctx, mode):
    def line(name):
        ctx.step.run(name + ".1", work(name + ".1", 1))
        return ctx.step.run(name + ".2", work(name + ".2", 2))

    return ctx.group.parallel(
        (lambda: line("a"), lambda: line("b")), parallel_mode=mode
    )


@client.create_function(
    fn_id="waiting", retries=0, trigger=inngest.TriggerEvent(event="scene/waiting")
)
def waiting(ctx):
    note("call")
    return chains(ctx, inngest.ParallelMode.WAIT)


@client.create_function(
    fn_id="racing", retries=0, trigger=inngest.TriggerEvent(event="scene/racing")
)
def racing(ctx):
    note("call")
    return chains(ctx, inngest.ParallelMode.RACE)


@client.create_function(
    fn_id="sturdy", retries=2, trigger=inngest.TriggerEvent(event="scene/sturdy")
)
def sturdy(ctx):
    """No instant of its own clock in it: for a server whose time is made up."""
    first = ctx.step.run("first", work("first", 1))
    spoken = ctx.step.invoke("speak", function=speak, data={"text": "hi"})
    sides = ctx.group.parallel(
        (
            lambda: ctx.step.run("left", work("left", 2)),
            lambda: ctx.step.wait_for_event(
                "nothing", event="never", timeout=datetime.timedelta(seconds=30)
            ),
        )
    )
    last = ctx.step.run("last", work("last", 3))
    return [first, spoken, sides[0], sides[1], last]


inngest.flask.serve(
    app,
    client,
    [speak, film, broken, late, hopeless, stopped, tick, waiting, racing, sturdy],
)

if __name__ == "__main__":
    server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True)
    # The app goes when its input ends, which it does with the process that began it.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print("http://127.0.0.1:%d/api/inngest" % server.port, flush=True)
    server.serve_forever()
