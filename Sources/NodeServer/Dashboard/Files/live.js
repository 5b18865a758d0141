// What happens on the node, as it happens: one stream of server-sent events for whatever the page shows.

import { paced } from "./dom.js";

const kinds = ["project", "project_removed", "scene", "job", "queue", "run", "step", "worker", "event", "function", "system", "cost", "golden", "golden_removed"];
/** Before a tab that nobody sees lets go of its stream, milliseconds; browsers allow a host only six connections. */
const hiddenPause = 20_000;

class Live extends EventTarget {
  #source = null;
  #topics = [];
  #listeners = new Set();
  #lastID = null;
  #epoch = null;
  #failures = 0;
  #timer = null;
  #hiddenTimer = null;
  #ready = Promise.withResolvers?.() ?? deferred();
  /** `opening`, `live`, `waiting` to try again, or `resting` in a hidden tab. */
  state = "opening";
  /** Whether somebody has asked for topics; a page without them sees at least whether the node is there. */
  isFollowed = false;

  constructor() {
    super();
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#hiddenTimer);
      if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#rest(), hiddenPause);
      else if (this.state === "resting") this.#open();
    });
    window.addEventListener("online", () => { if (this.state === "waiting") this.#open(); });
    window.addEventListener("pagehide", () => this.#source?.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) this.#open(); });
  }

  /** Resolves when the stream is open, and soon in any case: a page must not wait for it. */
  get ready() {
    return Promise.race([this.#ready.promise, new Promise((resolve) => setTimeout(resolve, 150))]);
  }

  /** Changes the topics; what came in between is sent again by the node. */
  follow(topics) {
    this.isFollowed = true;
    // Ids of addresses that a person has typed may be none that a topic can have.
    const wanted = [...new Set(topics)].filter((topic) => /^[\x21-\x2b\x2d-\x7e]{1,140}$/.test(topic)).sort();
    if (wanted.join() === this.#topics.join() && this.#source) return;
    this.#topics = wanted;
    this.#open();
  }

  /** `hear(kind, data)` for every message; kind `reset` when some were lost. Gives what ends it. */
  listen(hear) {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  tryAgain() { this.#failures = 0; this.#open(); }

  #open() {
    clearTimeout(this.#timer);
    this.#source?.close();
    if (this.#topics.length === 0) return;
    const values = new URLSearchParams({ topics: this.#topics.join(",") });
    if (this.#lastID) values.set("last_event_id", this.#lastID);
    const source = new EventSource("/api/v1/live?" + values);
    this.#source = source;
    if (this.state !== "live") this.#become("opening");
    source.addEventListener("hello", (event) => this.#hello(event));
    source.addEventListener("reset", (event) => { this.#note(event); this.#tell("reset", {}); });
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => {
        this.#note(event);
        let data;
        try { data = JSON.parse(event.data); } catch { return; }
        this.#tell(kind, data);
      });
    }
    source.onerror = () => { if (source === this.#source) this.#lost(); };
  }

  #hello(event) {
    const wasOpen = this.#epoch !== null;
    let epoch = null;
    try { epoch = JSON.parse(event.data).epoch; } catch {}
    const isOther = wasOpen && epoch !== this.#epoch;
    // The first greeting's number is where this page begins; later ones must not skip what is to be sent again.
    if (!this.#lastID || isOther) this.#note(event);
    this.#epoch = epoch;
    this.#failures = 0;
    this.#become("live");
    this.#ready.resolve();
    if (isOther) this.#tell("reset", {});
  }

  #note(event) { if (event.lastEventId) this.#lastID = event.lastEventId; }

  #tell(kind, data) { for (const hear of [...this.#listeners]) hear(kind, data); }

  /** Longer and longer pauses, each a little different, so that a thousand pages do not return at once. */
  #lost() {
    this.#source?.close();
    this.#source = null;
    this.#failures += 1;
    const longest = Math.min(15_000, 500 * 2 ** (this.#failures - 1));
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }

  #rest() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    this.#become("resting");
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
