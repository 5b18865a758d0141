// One stream of server-sent events for all windows that ask for messages through it.

/** What a message of a kind belongs to, as the node has it; a kind that is not here is told to every window. */
const topicsOf = {
  project: ({ id }) => ["projects", "project:" + id],
  project_removed: ({ id }) => ["projects", "project:" + id],
  scene: ({ project_id: id }) => ["project:" + id],
  job: () => ["queue"],
  queue: () => ["queue"],
  worker: () => ["workers"],
  run: ({ id }) => ["runs", "run:" + id],
  step: ({ run_id: id }) => ["run:" + id],
  event: () => ["events", "runs"],
  function: () => ["functions", "runs"],
  system: () => ["system"],
  cost: () => ["costs"],
  golden: () => ["goldens"],
  golden_removed: () => ["goldens"],
};
/** Topics that the node takes in one stream. */
const most = 64;
/** Before topics that nobody follows any more are let go, milliseconds: who goes from page to page comes back to them. */
const linger = 5_000;
/** A window that has not been heard of for so long is gone, milliseconds. */
const silence = 60_000;

/**
 * Windows send `{ do: "follow", topics, last }`, `{ do: "here" }` every few seconds, `{ do: "leave" }` and
 * `{ do: "again" }`; `last` is the id of the last message that they have had. They are sent `{ state, last }`,
 * `{ kind, data, last }` and `{ isUnknown }`, which asks them to follow anew.
 */
export class Exchange {
  #connect;
  /** By their ports: `{ topics, last, heard }`, the one that came last at the end. */
  #windows = new Map();
  #source = null;
  /** Of the stream. */
  #topics = new Set();
  /** Of the node that the stream comes from, and the number of its latest message. */
  #epoch = null;
  #number = 0;
  #failures = 0;
  #timer = null;
  #shrinkTimer = null;
  /** `opening`, `live`, or `waiting` to try again. */
  #state = "opening";

  constructor(connect = (address) => new EventSource(address)) { this.#connect = connect; }

  /** Hears what comes from a window. */
  join(port) { port.onmessage = ({ data }) => this.#hear(port, data); }

  /** Forgets windows that have gone without a word, as those do that crash. */
  sweep(now = performance.now()) {
    for (const [port, { heard }] of this.#windows) if (now - heard > silence) this.#leave(port);
  }

  #hear(port, message) {
    const known = this.#windows.get(port);
    if (known) known.heard = performance.now();
    switch (message.do) {
      case "follow": return this.#follow(port, message);
      case "leave": return this.#leave(port);
      case "again": this.#failures = 0; return this.#open();
      case "here": return known ? this.#say(port, known) : port.postMessage({ isUnknown: true });
    }
  }

  #follow(port, { topics, last }) {
    const here = { topics: new Set(topics), last: parse(last), heard: performance.now() };
    this.#windows.delete(port);
    this.#windows.set(port, here);
    if (this.#epoch !== null) this.#settle(port, here, this.#number);
    const isBehind = here.last !== null && (this.#epoch === null || here.last.number < this.#number);
    if (!this.#source || isBehind || !isWithin(here.topics, this.#topics)) this.#open();
    else this.#shrinkLater();
    this.#say(port, here);
  }

  #leave(port) {
    if (!this.#windows.delete(port)) return;
    if (this.#windows.size > 0) return this.#shrinkLater();
    this.#close();
    clearTimeout(this.#timer);
    clearTimeout(this.#shrinkTimer);
    // Windows that come back bring their places; others begin where the stream then does.
    this.#epoch = null;
    this.#number = 0;
    this.#become("opening");
  }

  /** A window without a place begins at `number`; one whose place is another node's begins anew. */
  #settle(port, here, number) {
    if (here.last?.epoch === this.#epoch) return;
    const isOther = here.last !== null;
    here.last = { epoch: this.#epoch, number };
    if (isOther) this.#tell(port, here, "reset", {});
  }

  // MARK: The stream

  #wanted() {
    const all = new Set();
    for (const { topics } of [...this.#windows.values()].reverse()) for (const topic of topics) all.add(topic);
    return new Set([...all].slice(0, most));
  }

  /** The place from which the stream goes on, so that no window misses anything: that of the one who is furthest behind. */
  #place() {
    const places = [...this.#windows.values()].map(({ last }) => last).filter(Boolean);
    const epoch = this.#epoch ?? places.at(-1)?.epoch;
    const numbers = places.filter((place) => place.epoch === epoch).map(({ number }) => number);
    return numbers.length ? `${epoch}-${Math.min(...numbers)}` : null;
  }

  #open() {
    clearTimeout(this.#timer);
    clearTimeout(this.#shrinkTimer);
    this.#close();
    this.#topics = this.#wanted();
    if (this.#topics.size === 0) return;
    const values = new URLSearchParams({ topics: [...this.#topics].sort().join(",") });
    const place = this.#place();
    if (place) values.set("last_event_id", place);
    const source = this.#source = this.#connect("/api/v1/live?" + values);
    if (this.#state !== "live") this.#become("opening");
    const on = (kind, act) => source.addEventListener(kind, (event) => { if (source === this.#source) act(event); });
    on("hello", (event) => this.#hello(event));
    on("reset", (event) => this.#note(event, "reset", {}));
    for (const kind of Object.keys(topicsOf)) {
      on(kind, (event) => {
        let data = null;
        try { data = JSON.parse(event.data); } catch {}
        if (data !== null) this.#note(event, kind, data);
      });
    }
    source.onerror = () => { if (source === this.#source) this.#lost(); };
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  #shrinkLater() {
    clearTimeout(this.#shrinkTimer);
    this.#shrinkTimer = setTimeout(() => {
      if (this.#source && !isWithin(this.#topics, this.#wanted())) this.#open();
    }, linger);
  }

  #hello(event) {
    const place = parse(event.lastEventId) ?? { epoch: "", number: 0 };
    this.#number = place.epoch === this.#epoch ? Math.max(this.#number, place.number) : place.number;
    this.#epoch = place.epoch;
    this.#failures = 0;
    for (const [port, here] of this.#windows) this.#settle(port, here, place.number);
    this.#become("live");
  }

  /** Tells those windows that have not had it: a stream that goes on for one brings others what they know. */
  #note(event, kind, data) {
    const place = parse(event.lastEventId);
    const topics = topicsOf[kind]?.(data);
    if (place) this.#number = Math.max(this.#number, place.number);
    for (const [port, here] of this.#windows) {
      if (place && here.last && place.number <= here.last.number) continue;
      if (place) here.last = place;
      if (!topics || topics.some((topic) => here.topics.has(topic))) this.#tell(port, here, kind, data);
    }
  }

  /** Longer and longer pauses, each a little different, so that a thousand pages do not return at once. */
  #lost() {
    this.#close();
    this.#failures += 1;
    const longest = Math.min(15_000, 500 * 2 ** (this.#failures - 1));
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }

  // MARK: What windows are told

  #tell(port, { last }, kind, data) { port.postMessage({ kind, data, last: text(last) }); }

  #say(port, { last, topics }) {
    // More windows than one stream has room for: those that came first are not told anything new, and know it.
    const state = this.#state === "live" && !isWithin(topics, this.#topics) ? "waiting" : this.#state;
    port.postMessage({ state, last: text(last) });
  }

  #become(state) {
    const isOther = state !== this.#state;
    this.#state = state;
    if (isOther) for (const [port, here] of this.#windows) this.#say(port, here);
  }
}

/** The parts of a message's id. */
function parse(id) {
  const found = /^(.*)-(\d+)$/.exec(id ?? "");
  return found ? { epoch: found[1], number: Number(found[2]) } : null;
}

const isWithin = (some, all) => [...some].every((one) => all.has(one));

const text = (place) => place ? `${place.epoch}-${place.number}` : null;
