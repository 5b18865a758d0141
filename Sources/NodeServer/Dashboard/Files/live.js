// What happens on the node, as it happens: one stream of server-sent events for all windows of a browser.

import { paced } from "./dom.js";
import { Exchange } from "./live-exchange.js";

/** Before a window that nobody sees lets go of the stream, milliseconds. */
const hiddenPause = 20_000;
/** Between signs of life, milliseconds, and how many of them may stay without an answer. */
const beat = 10_000;
const patience = 3;

class Live extends EventTarget {
  #port = null;
  #topics = [];
  #listeners = new Set();
  /** The id of the last message. */
  #last = null;
  /** Signs of life that are not answered, shared workers that have not answered them, and those that have ended. */
  #unanswered = 0;
  #hungWorkers = 0;
  #endedWorkers = 0;
  #watching = null;
  #isAlone = typeof SharedWorker === "undefined";
  #hiddenTimer = null;
  #isReady = false;
  #hasGoneAhead = false;
  #ready = deferred();
  /** `opening`, `live`, `waiting` to try again, or `resting` in a hidden window. */
  state = "opening";
  /** Whether somebody has asked for topics; a page without them sees at least whether the node is there. */
  isFollowed = false;

  constructor() {
    super();
    const look = () => {
      clearTimeout(this.#hiddenTimer);
      if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#rest(), hiddenPause);
      else this.#return();
    };
    document.addEventListener("visibilitychange", look);
    look();
    document.addEventListener("freeze", () => this.#rest());
    document.addEventListener("resume", () => { if (!document.hidden) this.#return(); });
    window.addEventListener("online", () => { if (this.state === "waiting") this.tryAgain(); });
    window.addEventListener("pagehide", () => this.#rest());
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.#return(); });
    setInterval(() => this.#beat(), beat);
  }

  /** Resolves when the stream is open, and soon in any case: a page must not wait for it. */
  get ready() {
    const soon = new Promise((resolve) => setTimeout(resolve, 150));
    return Promise.race([this.#ready.promise, soon.then(() => { this.#hasGoneAhead = !this.#isReady; })]);
  }

  /** Changes the topics; what came in between is sent again by the node. */
  follow(topics) {
    this.isFollowed = true;
    // Ids of addresses that a person has typed may be none that a topic can have.
    const wanted = [...new Set(topics)].filter((topic) => /^([a-z]+|(project|run):[\x21-\x2b\x2d-\x7e]{1,128})$/.test(topic)).sort();
    if (wanted.join() === this.#topics.join() && this.#port) return;
    this.#topics = wanted;
    if (this.state !== "resting") this.#follow();
  }

  /** `hear(kind, data)` for every message; kind `reset` when some were lost. Gives what ends it. */
  listen(hear) {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  tryAgain() { this.#port?.postMessage({ do: "again" }); }

  #follow() {
    this.#port ??= this.#connect();
    this.#port.postMessage({ do: "follow", topics: this.#topics, last: this.#last });
  }

  /** To the exchange that all windows share; to one of its own where the browser has no shared workers. */
  #connect() {
    this.#unanswered = 0;
    let port = this.#isAlone ? null : this.#share();
    if (!port) {
      const channel = new MessageChannel();
      new Exchange().join(channel.port1);
      port = channel.port2;
    }
    port.onmessage = ({ data }) => { if (port === this.#port) this.#hear(data); };
    return port;
  }

  #share() {
    try {
      // One that hangs keeps its name, so the next one has another; all windows count alike.
      const name = "reelnode-live" + (this.#hungWorkers || "");
      const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name });
      worker.onerror = () => { if (worker.port === this.#port) { this.#isAlone = true; this.#lose(); } };
      return worker.port;
    } catch {
      this.#isAlone = true;
      return null;
    }
  }

  /** Waits for the worker's end; without locks, signs of life that are not answered tell it. */
  #watch(lock, port) {
    this.#watching = new AbortController();
    navigator.locks.request(lock, { mode: "shared", signal: this.#watching.signal }, () => {
      this.#endedWorkers += 1;
      setTimeout(() => { if (port === this.#port) this.#lose(); }, 50 * 2 ** this.#endedWorkers);
    }).catch(() => {});
  }

  #lose() {
    this.#release();
    if (this.#hungWorkers + this.#endedWorkers > 5) this.#isAlone = true;
    if (this.state !== "resting") this.#follow();
  }

  #beat() {
    if (this.state === "resting" || !this.#port) return;
    this.#unanswered += 1;
    if (this.#unanswered <= patience) return this.#port.postMessage({ do: "here" });
    this.#hungWorkers += 1;
    this.#lose();
  }

  #hear({ state, kind, data, last, lock, isUnknown }) {
    this.#unanswered = 0;
    if (lock) return this.#watch(lock, this.#port);
    if (this.state === "resting") return;
    if (isUnknown) return this.#follow();
    if (last) this.#last = last;
    if (kind) this.#tell(kind, data);
    if (state) this.#become(state);
    if (state !== "live" || this.#isReady) return;
    this.#isReady = true;
    this.#ready.resolve();
    // What was fetched before the stream began may be older than its beginning.
    if (this.#hasGoneAhead) this.#tell("reset", {});
  }

  #tell(kind, data) { for (const hear of [...this.#listeners]) hear(kind, data); }

  #rest() {
    if (this.state === "resting") return;
    this.#release();
    this.#become("resting");
  }

  #return() {
    if (this.state !== "resting") return;
    this.#become("opening");
    if (this.#topics.length) this.#follow();
  }

  /** Takes nothing of the port any more. What comes back makes a new one: this one may end unseen meanwhile. */
  #release() {
    this.#watching?.abort();
    this.#port?.postMessage({ do: "leave" });
    this.#port?.close();
    this.#port = null;
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

function deferred() {
  const it = {};
  it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
  return it;
}

export const live = new Live();

/**
 * Fetched once, then kept by messages.
 *
 * `load(signal)` fetches and gives the state, `hear(state, kind, data)` changes it and says whether it did,
 * `show(state)` draws. Messages that come during a fetch are applied after it. Resets fetch anew, not oftener than
 * every two seconds.
 */
export function keep({ topics, load, hear, show, fail, signal }) {
  let state;
  let isLoading = false;
  let isStale = false;
  let waiting = [];
  let timer = null;
  const draw = paced(() => { if (state !== undefined && !signal.aborted) show(state); });
  async function fetchAll() {
    if (isLoading) { isStale = true; return; }
    isLoading = true;
    isStale = false;
    try {
      const fresh = await load(signal, state);
      if (signal.aborted) return;
      // A node that answers is there.
      if (live.state === "waiting") live.tryAgain();
      state = fresh;
      for (const [kind, data] of waiting) hear?.(state, kind, data);
      waiting = [];
      show(state);
    } catch (error) {
      if (!signal.aborted) fail(error, state !== undefined);
    } finally {
      isLoading = false;
      if (isStale) again();
    }
  }
  const again = () => {
    timer ??= setTimeout(() => { timer = null; if (!signal.aborted) fetchAll(); }, 300 + Math.random() * 1700);
  };
  const stop = live.listen((kind, data) => {
    if (kind === "reset") return again();
    if (isLoading || state === undefined) { if (waiting.length < 5000) waiting.push([kind, data]); return; }
    if (hear?.(state, kind, data)) draw();
  });
  signal.addEventListener("abort", () => { stop(); clearTimeout(timer); draw.cancel(); });
  live.follow(topics);
  const done = live.ready.then(() => { if (!signal.aborted) return fetchAll(); });
  return { reload: fetchAll, draw, done, get state() { return state; } };
}
