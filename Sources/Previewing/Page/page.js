"use strict";
// The preview's page. State comes from `state`, pictures from `frame`, changes from `events`; see PreviewRoutes.

const byId = (id) => document.getElementById(id);
const stage = byId("stage"), picture = byId("picture"), frameImage = byId("frame"), video = byId("video");
const viewerName = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0")).join("");

let film = null;          // the newest state
let at = 0;               // the frame that is looked at
let shownFrame = -1;      // the frame in the picture
let zoomed = false, outlined = false, chosen = null;

// ------------------------------------------------------------------ asking the server

async function ask(path, values, options) {
  const query = values ? "?" + new URLSearchParams(values) : "";
  const answer = await fetch(path + query, options);
  if (!answer.ok) {
    const error = new Error((await answer.json().catch(() => ({}))).message || `HTTP ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return answer;
}

async function refresh() {
  const state = await (await ask("state")).json();
  const before = film;
  film = state;
  if (film.frames) keepPosition(before);
  describe();
  if (film.frames && (!before || before.version !== film.version)) {
    fit();
    buildStrip();
    pictures.forget();
    if (playing) player.restart(); else show(at);
  }
}

// Of the scene that is looked at the place stays, whatever became of the scenes before it.
function keepPosition(before) {
  if (before && before.scenes) {
    const old = sceneAt(at, before);
    const now = old && film.scenes.find((scene) => scene.id === old.id);
    if (now) at = now.start + Math.min(at - old.start, now.frames - 1);
  }
  at = Math.max(0, Math.min(at, film.frames - 1));
}

function listen() {
  const events = new EventSource("events");
  events.addEventListener("change", () => refresh().catch(lost));
  events.onopen = () => { if (film) describe(); };
  events.onerror = lost;
}

function lost() {
  setStatus("lost", "No connection: is the program still running?");
}

// ------------------------------------------------------------------ what is known of the film

const rate = () => film.fps[0] / film.fps[1];
const sceneAt = (frame, of = film) => of.scenes.findLast((scene) => scene.start <= frame);

function timeText(frame) {
  const hundredths = Math.round(frame / rate() * 100);
  const seconds = Math.floor(hundredths / 100);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${String(hundredths % 100).padStart(2, "0")}`;
}

function setStatus(kind, text) {
  byId("status").dataset.kind = kind;
  byId("status").textContent = text;
}

function describe() {
  const errors = film.diagnostics.filter((d) => d.severity === "error").length;
  const warnings = film.diagnostics.length - errors;
  const counted = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  if (!film.is_whole) setStatus("reading", "Reading …");
  else if (!film.is_current) {
    setStatus("broken", film.frames ? `${counted(errors, "error")}: an earlier version is shown` : counted(errors, "error"));
  } else if (warnings) setStatus("warned", `Live, ${counted(warnings, "warning")}`);
  else setStatus("live", "Live");

  byId("title").textContent = film.title || film.name;
  document.title = `${film.title || film.name} – preview`;
  byId("facts").textContent = film.frames
    ? `${film.name} · ${film.size[0]} × ${film.size[1]} · ${+rate().toFixed(3)} fps · ${timeText(film.frames)}` : film.name;
  byId("seek").max = Math.max(0, (film.frames || 1) - 1);
  byId("seek").disabled = !film.frames;
  for (const button of byId("transport").querySelectorAll("button")) button.disabled = !film.frames;
  listDiagnostics();
  if (!film.frames && !film.is_current && film.is_whole) {
    notice("Nothing can be shown yet: mend the errors in the list, and the page goes on by itself.");
  } else if (noticeIsOfDocument) notice("");
}

function listDiagnostics() {
  byId("count").textContent = film.diagnostics.length ? `(${film.diagnostics.length})` : "";
  byId("clean").hidden = film.diagnostics.length > 0 || !film.is_whole;
  byId("list").replaceChildren(...film.diagnostics.map((found) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = found.severity;
    button.dataset.scene = found.scene || "";
    const place = document.createElement("span");
    place.className = "place";
    place.textContent = [
      found.line ? `${film.name}:${found.line}:${found.column}` : film.name,
      found.severity, found.code].join(" · ");
    button.append(place, found.message);
    const scene = (film.scenes || []).find((scene) => scene.id === found.scene);
    if (scene) {
      button.title = `Go to scene '${scene.id}'`;
      button.onclick = () => go(scene.start);
    }
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

let noticeIsOfDocument = false;
function notice(text, ofDocument = true) {
  noticeIsOfDocument = ofDocument;
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

// ------------------------------------------------------------------ pictures

// Pictures that were loaded, by frame; those used least recently are let go.
const pictures = {
  loaded: new Map(), limit: 120,
  keep(frame, width, url) {
    const old = this.loaded.get(frame);
    if (old && old.width > width) { URL.revokeObjectURL(url); return; }
    if (old) URL.revokeObjectURL(old.url);
    this.loaded.delete(frame);
    this.loaded.set(frame, { url, width });
    for (const [key, value] of this.loaded) {
      if (this.loaded.size <= this.limit) break;
      if (value.url === frameImage.src) continue;
      URL.revokeObjectURL(value.url);
      this.loaded.delete(key);
    }
  },
  // The nearest one in the same scene.
  nearest(frame) {
    const scene = sceneAt(frame);
    let best = null, distance = Infinity;
    for (const [other, value] of this.loaded) {
      if (other < scene.start || other >= scene.start + scene.frames) continue;
      if (Math.abs(other - frame) < distance) [best, distance] = [value, Math.abs(other - frame)];
    }
    return best && { ...best, distance };
  },
  forget() {
    for (const value of this.loaded.values()) if (value.url !== frameImage.src) URL.revokeObjectURL(value.url);
    this.loaded.clear();
  },
};

const wantedWidth = () => zoomed ? film.size[0]
  : Math.min(film.size[0], Math.max(320, Math.ceil(picture.clientWidth * devicePixelRatio / 64) * 64));

let wanted = null, isLoading = false;

// Shows what is nearest at once and asks for the frame itself; while one is on its way only the newest is kept.
function show(frame) {
  at = frame;
  place();
  const near = pictures.nearest(frame);
  if (near && (near.distance > 0 || near.width < wantedWidth())) paint(near.url, true);
  wanted = frame;
  if (!isLoading) load();
}

async function load() {
  isLoading = true;
  while (wanted !== null) {
    const frame = wanted, version = film.version, width = wantedWidth();
    wanted = null;
    try {
      const near = pictures.nearest(frame);
      if (!near || near.distance > 0 || near.width < width) {
        const values = { at: frame, width, version, viewer: viewerName };
        const answer = await ask("frame", values);
        const url = URL.createObjectURL(await answer.blob());
        if (version === film.version) pictures.keep(frame, width, url);
      }
      if (version !== film.version) { wanted = at; continue; }
      if (frame !== at && playing) continue;
      const found = pictures.nearest(frame);
      if (found && found.distance === 0) {
        await paint(found.url, false);
        shownFrame = frame;
        frameImage.dataset.frame = frame;
        if (!noticeIsOfDocument) notice("");
        if (outlined) drawOutlines();
      }
    } catch (error) {
      if (error.status === 409) continue;
      if (error.status === undefined) lost();
      else if (error.status !== 503) notice(`Frame ${frame}: ${error.message}`, false);
    }
  }
  isLoading = false;
  sharpen();
}

// At 100 % the picture that stays is the film's own, without loss.
async function sharpen() {
  if (!zoomed || playing || !film || shownFrame !== at) return;
  const frame = at, version = film.version;
  try {
    const answer = await ask("frame", { at: frame, format: "png", version });
    const blob = await answer.blob();
    if (!zoomed || playing || at !== frame || film.version !== version) return;
    const url = URL.createObjectURL(blob);
    pictures.keep(frame, Infinity, url);
    await paint(url, false);
    frameImage.dataset.exact = frame;
  } catch (error) {
    if (error.status === undefined) lost();
  }
}

async function paint(url, isRough) {
  if (frameImage.src !== url) {
    frameImage.src = url;
    delete frameImage.dataset.exact;
    if (!isRough) await frameImage.decode().catch(() => {});
  }
  frameImage.classList.toggle("rough", isRough);
}

// ------------------------------------------------------------------ the bar, the clock, the strip

function place() {
  const scene = sceneAt(at);
  byId("time").textContent = timeText(at);
  byId("number").textContent = `frame ${at}`;
  byId("scene").textContent = scene.title || scene.id;
  byId("seek").value = at;
  byId("seek").setAttribute("aria-valuetext", `${timeText(at)}, frame ${at}, scene ${scene.title || scene.id}`);
  byId("marks").querySelector("b").style.width = `${100 * at / Math.max(1, film.frames - 1)}%`;
  const number = film.scenes.indexOf(scene);
  const items = byId("strip").children;
  for (let index = 0; index < items.length; index++) {
    const button = items[index].firstChild, isCurrent = index === number;
    if ((button.getAttribute("aria-current") === "true") === isCurrent) continue;
    button.setAttribute("aria-current", isCurrent);
    if (isCurrent) reveal(items[index]);
  }
}

function reveal(item) {
  const strip = byId("strip");
  if (item.offsetLeft < strip.scrollLeft || item.offsetLeft + item.offsetWidth > strip.scrollLeft + strip.clientWidth) {
    strip.scrollLeft = item.offsetLeft - strip.offsetLeft - (strip.clientWidth - item.offsetWidth) / 2;
  }
}

const thumbnailFrame = (scene) => scene.start + Math.floor(scene.frames * 0.4);

// Elements of scenes that stay are kept, so that nothing flickers.
function buildStrip() {
  const marks = byId("marks");
  marks.replaceChildren(document.createElement("b"), ...film.scenes.slice(1).map((scene) => {
    const mark = document.createElement("i");
    mark.style.left = `${100 * scene.start / Math.max(1, film.frames - 1)}%`;
    return mark;
  }));
  const old = new Map([...byId("strip").children].map((item) => [item.dataset.scene, item]));
  const items = film.scenes.map((scene) => {
    const item = old.get(scene.id) || stripItem(scene);
    const button = item.firstChild;
    button.onclick = () => go(scene.start);
    button.title = scene.line ? `${film.name}, line ${scene.line}` : film.name;
    button.querySelector(".still").style.aspectRatio = `${film.size[0]} / ${film.size[1]}`;
    button.querySelector(".name").textContent = scene.title || scene.id;
    button.querySelector(".span").textContent = `${timeText(scene.start)} · ${+(scene.frames / rate()).toFixed(2)} s`;
    const worst = ["error", "warning"].find((kind) =>
      film.diagnostics.some((found) => found.scene === scene.id && found.severity === kind));
    const flag = button.querySelector(".flag");
    flag.hidden = !worst;
    flag.className = `flag ${worst || ""}`;
    return item;
  });
  byId("strip").replaceChildren(...items);
  loadThumbnails(items);
}

function stripItem(scene) {
  const item = document.createElement("li");
  item.dataset.scene = scene.id;
  const button = document.createElement("button");
  button.type = "button";
  const part = (name, tag = "span") => {
    const element = document.createElement(tag);
    element.className = name;
    button.append(element);
    return element;
  };
  const image = document.createElement("img");
  image.alt = "";
  image.onload = () => image.classList.add("here");
  part("still").append(image);
  const flag = part("flag");
  flag.textContent = "!";
  flag.setAttribute("aria-label", "has diagnostics");
  part("name");
  part("span");
  item.append(button);
  return item;
}

// One after the other, and only those that come into view: a long film has hundreds of scenes.
let thumbnailRun = 0;
async function loadThumbnails(items) {
  const run = ++thumbnailRun;
  const visible = new Set();
  let wake = () => {};
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? visible.add(entry.target) : visible.delete(entry.target);
    wake();
  }, { root: byId("strip"), rootMargin: "0px 400px" });
  const open = new Set(items);
  for (const item of items) observer.observe(item);
  while (open.size && run === thumbnailRun) {
    const index = items.findIndex((item) => open.has(item) && visible.has(item));
    if (index < 0) { await new Promise((resolve) => { wake = resolve; }); continue; }
    open.delete(items[index]);
    await loadThumbnail(items[index], film.scenes[index]).catch(() => {});
  }
  observer.disconnect();
}

async function loadThumbnail(item, scene) {
  const frame = thumbnailFrame(scene), version = film.version;
  const image = item.querySelector("img");
  const answer = await ask("thumbnail", { at: frame, width: 288, version });
  if (version !== film.version) return;
  const blob = await answer.blob();
  const before = image.src;
  image.src = URL.createObjectURL(blob);
  if (before) URL.revokeObjectURL(before);
  pictures.keep(frame, 288, URL.createObjectURL(blob));
}

// ------------------------------------------------------------------ moving

function go(frame) {
  if (!film || !film.frames) return;
  const target = Math.max(0, Math.min(film.frames - 1, frame));
  unpin();
  if (playing) player.start(target);
  else show(target);
}

const bar = byId("bar"), seek = byId("seek");
seek.addEventListener("input", () => { if (playing) player.stop(); go(+seek.value); });
bar.addEventListener("pointermove", (event) => {
  if (!film || !film.frames) return;
  const box = seek.getBoundingClientRect();
  const share = Math.max(0, Math.min(1, (event.clientX - box.left - 8) / (box.width - 16)));
  const frame = Math.round(share * (film.frames - 1));
  const near = pictures.nearest(frame);
  byId("peek").hidden = !near;
  if (near) byId("peek").src = near.url;
  byId("peektime").textContent = timeText(frame);
  byId("hover").hidden = false;
  byId("hover").style.left = `${Math.max(85, Math.min(box.width - 85, event.clientX - box.left))}px`;
});
bar.addEventListener("pointerleave", () => { byId("hover").hidden = true; });

function step(frames) {
  if (playing) player.stop();
  go(at + frames);
}

function stepScene(direction) {
  const index = film.scenes.indexOf(sceneAt(at));
  const isInside = direction < 0 && at > film.scenes[index].start;
  const target = film.scenes[Math.max(0, Math.min(film.scenes.length - 1, index + (isInside ? 0 : direction)))];
  go(target.start);
}

byId("first").onclick = () => go(0);
byId("last").onclick = () => go(film.frames - 1);
byId("back").onclick = () => step(-1);
byId("forward").onclick = () => step(1);
byId("play").onclick = () => playing ? player.stop() : player.start(at >= film.frames - 1 ? 0 : at);

document.addEventListener("keydown", (event) => {
  if (!film || !film.frames || event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = event.target.closest("button, summary") && (event.key === " " || event.key === "Enter");
  if (onButton) return;
  const second = Math.max(1, Math.round(rate()));
  const actions = {
    " ": () => byId("play").click(),
    ArrowLeft: () => step(event.shiftKey ? -second : -1),
    ArrowRight: () => step(event.shiftKey ? second : 1),
    Home: () => go(0),
    End: () => go(film.frames - 1),
    "[": () => stepScene(-1),
    "]": () => stepScene(1),
    o: () => byId("outline").click(),
    z: () => byId("zoom").click(),
  };
  const action = actions[event.key] || actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

// ------------------------------------------------------------------ playing

let playing = false;

// The film as the server makes it: fragments go into a buffer, a few seconds ahead of what is seen.
const player = {
  ahead: 20, abort: null, source: null, run: 0,

  async start(frame) {
    this.end();
    const run = ++this.run;
    playing = true;
    byId("play").setAttribute("aria-pressed", "true");
    byId("play").setAttribute("aria-label", "Pause");
    at = frame;
    place();
    const abort = this.abort = new AbortController();
    try {
      const answer = await ask("play", { at: frame, version: film.version }, { signal: abort.signal });
      const type = answer.headers.get("content-type");
      if (!("MediaSource" in window) || !MediaSource.isTypeSupported(type)) {
        throw new Error(`this browser cannot play ${type}`);
      }
      const source = this.source = new MediaSource();
      video.src = URL.createObjectURL(source);
      await new Promise((resolve) => source.addEventListener("sourceopen", resolve, { once: true }));
      URL.revokeObjectURL(video.src);
      if (run !== this.run) return;
      const buffer = source.addSourceBuffer(type);
      const offset = frame / rate();
      buffer.timestampOffset = offset;
      source.duration = film.frames / rate();
      video.currentTime = offset;
      video.hidden = false;
      video.play().catch((error) => { if (run === this.run && error.name === "NotAllowedError") this.stop(); });
      this.follow(run);
      await this.fill(run, answer.body.getReader(), buffer, source);
    } catch (error) {
      if (run !== this.run || error.name === "AbortError") return;
      this.stop();
      notice(`Playing: ${error.message}`, false);
    }
  },

  async fill(run, reader, buffer, source) {
    const settled = () => new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }));
    for (;;) {
      const { done, value } = await reader.read();
      if (run !== this.run) return;
      if (done) break;
      buffer.appendBuffer(value);
      await settled();
      while (run === this.run && buffer.buffered.length
        && buffer.buffered.end(buffer.buffered.length - 1) - video.currentTime > this.ahead) {
        await new Promise((resolve) => video.addEventListener("timeupdate", resolve, { once: true }));
        if (run !== this.run) return;
        if (video.currentTime > 30 && buffer.buffered.start(0) < video.currentTime - 30) {
          buffer.remove(0, video.currentTime - 20);
          await settled();
        }
      }
    }
    if (source.readyState === "open") source.endOfStream();
  },

  // Keeps clock and bar with the video, frame by frame.
  follow(run) {
    const tick = () => {
      if (run !== this.run || !playing) return;
      const frame = Math.min(film.frames - 1, Math.floor(video.currentTime * rate() + 1e-3));
      if (frame !== at && video.readyState >= 2) {
        at = frame;
        place();
        if (outlined) drawOutlines();
      }
      if (video.ended) { at = film.frames - 1; this.stop(); return; }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },

  restart() { this.start(at); },

  // Lets go of the stream; the video keeps showing its last picture until the exact one is there.
  end() {
    this.run++;
    if (this.abort) this.abort.abort();
    this.abort = this.source = null;
    video.pause();
  },

  stop() {
    if (!playing) return;
    playing = false;
    this.end();
    byId("play").setAttribute("aria-pressed", "false");
    byId("play").setAttribute("aria-label", "Play");
    const run = this.run;
    show(at);
    const wait = () => {
      if (run !== this.run || playing) return;
      if (isLoading) { requestAnimationFrame(wait); return; }
      video.hidden = true;
      video.removeAttribute("src");
      video.load();
    };
    requestAnimationFrame(wait);
  },
};

// ------------------------------------------------------------------ zoom, outlines, what is where

function fit() {
  if (!film || !film.frames) return;
  const [width, height] = film.size;
  const ratio = devicePixelRatio || 1;
  let scale = 1 / ratio;
  if (!zoomed) {
    const narrow = matchMedia("(max-width: 860px)").matches;
    const room = narrow ? Math.max(200, innerHeight * 0.6) : stage.clientHeight;
    scale = Math.min(stage.clientWidth / width, room / height);
  }
  picture.style.width = `${Math.floor(width * scale)}px`;
  picture.style.height = `${Math.floor(height * scale)}px`;
}

byId("zoom").onclick = () => {
  zoomed = !zoomed;
  byId("zoom").setAttribute("aria-pressed", zoomed);
  fit();
  stage.scrollTo((stage.scrollWidth - stage.clientWidth) / 2, (stage.scrollHeight - stage.clientHeight) / 2);
  if (!playing) show(at);
};

byId("outline").onclick = () => {
  outlined = !outlined;
  byId("outline").setAttribute("aria-pressed", outlined);
  byId("outlines").toggleAttribute("hidden", !outlined);
  if (outlined) drawOutlines();
};

let outlineRun = 0;
async function drawOutlines() {
  const run = ++outlineRun, frame = at, version = film.version;
  try {
    const { layers } = await (await ask("outlines", { at: frame, version })).json();
    if (run !== outlineRun) return;
    const svg = byId("outlines");
    svg.setAttribute("viewBox", `0 0 ${film.size[0]} ${film.size[1]}`);
    const make = (name, values) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const key in values) element.setAttribute(key, values[key]);
      return element;
    };
    const unit = film.size[0] / Math.max(1, picture.clientWidth);
    svg.replaceChildren(...layers.flatMap((layer) => {
      const points = layer.corners.map((corner) => corner.join(",")).join(" ");
      const within = (value, low, high) => Math.max(low, Math.min(value, high));
      const name = make("text", {
        x: within(layer.corners[0][0] + 6 * unit, 4 * unit, film.size[0] - 60 * unit),
        y: within(layer.corners[0][1] + 16 * unit, 14 * unit, film.size[1] - 6 * unit),
        "stroke-width": 3 * unit });
      name.style.fontSize = `${12 * unit}px`;
      name.textContent = layer.layer;
      return [make("polygon", { points, class: "under" }),
        make("polygon", { points, class: layer.layer === chosen ? "chosen" : "" , "data-layer": layer.layer }), name];
    }));
    svg.dataset.frame = frame;
  } catch (error) {
    if (error.status === undefined) lost();
  }
}

picture.addEventListener("click", async (event) => {
  if (!film || !film.frames) return;
  if (playing) player.stop();
  const box = picture.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const pixel = [Math.min(film.size[0] - 1, Math.floor(x / box.width * film.size[0])),
    Math.min(film.size[1] - 1, Math.floor(y / box.height * film.size[1]))];
  byId("pin").style.left = `${100 * x / box.width}%`;
  byId("pin").style.top = `${100 * y / box.height}%`;
  byId("pin").hidden = false;
  try {
    const seen = await (await ask("seen", { at, x: Math.max(0, pixel[0]), y: Math.max(0, pixel[1]), version: film.version })).json();
    chosen = seen.layer || null;
    const rows = [["Scene", seen.scene], ["Layer", seen.layer || "background colour"], ["Asset", seen.asset],
      ["Text", seen.text],
      ["Document", seen.line && `${film.name}:${seen.line}:${seen.column}`], ["Pixel", pixel.join(", ")]];
    byId("layer").replaceChildren(...rows.filter((row) => row[1]).flatMap(([term, value]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = value;
      return [dt, dd];
    }));
    byId("layer").hidden = false;
    byId("hint").hidden = true;
    if (outlined) drawOutlines();
  } catch (error) {
    if (error.status === undefined) lost(); else notice(error.message, false);
  }
});

function unpin() { byId("pin").hidden = true; }

new ResizeObserver(() => {
  fit();
  if (film && film.frames && !playing) show(at);
}).observe(stage);

listen();
