"""An app with the Inngest SDK for Python that is killed, and whose server is, while it works.

It serves on the port $APP_PORT (0: a free one), prints its address, and appends a line `run step attempt` to the file
$APP_LOG for every step that it executes, before the step has an effect.
"""

import datetime
import os
import random
import sys
import threading
import time

import flask
import inngest
import inngest.flask
import werkzeug.serving

client = inngest.Inngest(app_id="chaos")
app = flask.Flask("chaos")
log = os.open(os.environ["APP_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

# Steps that a server which has died waits for in vain must not be taken for those of the next one.
calls = 0
calls_change = threading.Condition()


@app.before_request
def begin():
    global calls
    if flask.request.path != "/idle":
        with calls_change:
            calls += 1


@app.teardown_request
def end(_):
    global calls
    if flask.request.path != "/idle":
        with calls_change:
            calls -= 1
            calls_change.notify_all()


@app.get("/idle")
def idle():
    """Answers when no call is under way."""
    with calls_change:
        return str(calls_change.wait_for(lambda: calls == 0, timeout=60))


def do(ctx, name, value=None):
    """A step that takes a moment."""

    def work():
        os.write(log, f"{ctx.run_id} {name} {ctx.attempt}\n".encode())
        time.sleep(random.random() * 0.04)
        return value

    return ctx.step.run(name, work)


def function(name, trigger=None, **options):
    return client.create_function(
        fn_id=name,
        retries=15,
        trigger=trigger or inngest.TriggerEvent(event="chaos/" + name),
        **options,
    )


@function("chain")
def chain(ctx):
    one = do(ctx, "one", ctx.event.data["n"] + 1)
    two = do(ctx, "two", one * 2)
    return do(ctx, "three", two + 3)


@function("rest")
def rest(ctx):
    do(ctx, "before")
    ctx.step.sleep("nap", datetime.timedelta(seconds=1))
    return do(ctx, "after", ctx.event.data["n"])


@function("fan")
def fan(ctx):
    n = ctx.event.data["n"]
    parts = ctx.group.parallel(
        (
            lambda: do(ctx, "left", n),
            lambda: do(ctx, "middle", n + 1),
            lambda: do(ctx, "right", n + 2),
        )
    )
    return do(ctx, "sum", sum(parts))


@function("ask")
def ask(ctx):
    n = ctx.event.data["n"]
    ctx.step.send_event(
        "ask", inngest.Event(name="chaos/asked", id=f"asked-{n}", data={"n": n})
    )
    answer = ctx.step.wait_for_event(
        "answer",
        event="chaos/answered",
        if_exp="async.data.n == event.data.n",
        timeout=datetime.timedelta(hours=1),
    )
    return do(ctx, "got", answer and answer.data["value"])


@function("answer", inngest.TriggerEvent(event="chaos/asked"))
def answer(ctx):
    n = ctx.event.data["n"]
    value = do(ctx, "think", n * n)
    ctx.step.send_event(
        "tell",
        inngest.Event(
            name="chaos/answered", id=f"answered-{n}", data={"n": n, "value": value}
        ),
    )
    return value


@function("callee", inngest.TriggerEvent(event="chaos/nobody"))
def callee(ctx):
    return do(ctx, "work", ctx.event.data["n"] * 10)


@function("call")
def call(ctx):
    product = ctx.step.invoke("call", function=callee, data={"n": ctx.event.data["n"]})
    return do(ctx, "after", product)


@function("stumble")
def stumble(ctx):
    def work():
        os.write(log, f"{ctx.run_id} try {ctx.attempt}\n".encode())
        if ctx.attempt == 0:
            raise RuntimeError("not yet")
        return ctx.event.data["n"]

    return ctx.step.run("try", work)


def told(ctx):
    do(ctx, "told-" + ctx.event.data["run_id"])


@function("fail", on_failure=told)
def fail(ctx):
    do(ctx, "begin")
    raise inngest.NonRetriableError("as planned")


@function("late")
def late(ctx):
    nothing = ctx.step.wait_for_event(
        "nothing", event="chaos/nobody", timeout=datetime.timedelta(seconds=1)
    )
    return do(ctx, "after", [nothing, ctx.event.data["n"]])


@function("tick", inngest.TriggerCron(cron="@every 3s"))
def tick(ctx):
    do(ctx, "tick")


inngest.flask.serve(
    app, client, [chain, rest, fan, ask, answer, callee, call, stumble, fail, late, tick]
)

if __name__ == "__main__":
    server = werkzeug.serving.make_server(
        "127.0.0.1", int(os.environ.get("APP_PORT", "0")), app, threaded=True
    )
    # The app goes when its input ends, which it does with the process that began it.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print("http://127.0.0.1:%d/api/inngest" % server.port, flush=True)
    server.serve_forever()
