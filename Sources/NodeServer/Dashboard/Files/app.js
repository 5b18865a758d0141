// The frame around the pages: navigation, language, theme, and whether what is shown is up to date.

import { remove, session, signIn } from "./api.js";
import { announce, attempt, signedIn } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { dictionaries, language, setLanguage, stateWord, t } from "./i18n.js";
import { live } from "./live.js";
import { link, problem } from "./parts.js";
import { begin, match, route } from "./router.js";

route("projects", () => import("./page-projects.js"));
route("projects/new", () => import("./page-new.js"));
route("projects/:id", () => import("./page-project.js"));
route("queue", () => import("./page-queue.js"));
route("queue/:id", () => import("./page-job.js"));
route("runs", () => import("./page-runs.js"));
route("runs/:id", () => import("./page-run.js"));
route("events", () => import("./page-events.js"));
route("events/send", () => import("./page-send.js"));
route("events/:id", () => import("./page-event.js"));
route("functions", () => import("./page-functions.js"));
route("costs", () => import("./page-costs.js"));
route("goldens", () => import("./page-goldens.js"));
route("system", () => import("./page-system.js"));

const groups = [
  ["navFilms", [["projects", "navProjects"], ["queue", "navQueue"], ["costs", "navCosts"]]],
  ["navEngine", [["runs", "navRuns"], ["events", "navEvents"], ["functions", "navFunctions"]]],
  ["navNode", [["system", "navSystem"], ["goldens", "navGoldens"]]],
];
const main = document.getElementById("main");
const nav = document.getElementById("nav");
const tools = document.getElementById("tools");
let leaving = null;
let isFirst = true;
/** The path of the page that was shown last. */
let shown = null;

function frame() {
  document.getElementById("skip").textContent = t("skip");
  document.getElementById("brand").setAttribute("aria-label", t("brandLabel"));
  nav.setAttribute("aria-label", t("navLabel"));
  const here = match()?.pattern.split("/")[0];
  fill(nav,
    h("button", { type: "button", id: "menu", class: "button", "aria-expanded": nav.classList.contains("open") ? "true" : "false", "aria-controls": "pages", onclick: () => { nav.classList.toggle("open"); frame(); } },
      icon("menu"), h("span", null, t("menu"))),
    h("div", { id: "pages" }, groups.map(([group, pages]) => h("div", { class: "nav-group" },
      h("p", { class: "nav-title", id: "nav-" + group }, t(group)),
      h("ul", { "aria-labelledby": "nav-" + group }, pages.map(([path, key]) => h("li", null,
        h("a", { href: "/ui/" + path, "aria-current": path === here ? "page" : null }, icon(path), h("span", null, t(key))))))))));
  fill(tools, liveSign(), languageChoice(), themeChoice(), signedIn.get() && !session.isMissing && signOutButton());
}

function closeMenu() {
  if (!nav.classList.contains("open")) return;
  nav.classList.remove("open");
  frame();
  document.getElementById("menu").focus();
}

function signOutButton() {
  return h("button", { type: "button", id: "sign-out", class: "link-button", onclick: async () => {
    if (!await attempt(() => remove("session"))) return;
    signedIn.set(false);
    location.reload();
  } }, t("signOut"));
}

function liveSign() {
  const state = session.isMissing ? "locked" : live.state === "resting" ? "opening" : live.state;
  return h("div", { id: "live", "data-state": state, title: t("liveHint_" + state) },
    h("span", { class: "pulse", "aria-hidden": "true" }), h("span", null, t("live_" + state)),
    state === "waiting" && h("button", { type: "button", key: "again", class: "link-button", onclick: () => live.tryAgain() }, t("tryNow")),
    state === "locked" && h("button", { type: "button", key: "sign-in", class: "link-button", onclick: async () => { if (await signIn()) show(); } }, t("loginYes")));
}

function languageChoice() {
  const names = { en: "English", ko: "한국어" };
  return h("label", { class: "tool" }, h("span", { class: "unseen" }, t("language")),
    h("select", { id: "language", onchange: (event) => { setLanguage(event.currentTarget.value); show({ keepsFocus: true }); } },
      Object.keys(dictionaries).map((name) => h("option", { value: name, lang: name, selected: name === language }, names[name]))));
}

function themeChoice() {
  const now = document.documentElement.dataset.theme ?? "auto";
  return h("label", { class: "tool" }, h("span", { class: "unseen" }, t("theme")),
    h("select", { id: "theme", onchange: (event) => setTheme(event.currentTarget.value) },
      ["auto", "light", "dark"].map((name) => h("option", { value: name, selected: name === now }, t("theme_" + name)))));
}

function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  try { localStorage.setItem("theme", name); } catch {}
}

/** Shows the page of the address. What the last one had under way is ended. */
async function show({ keepsFocus = false, isBack = false } = {}) {
  leaving?.abort();
  const stay = leaving = new AbortController();
  nav.classList.remove("open");
  frame();
  const found = match();
  const place = h("div", { class: "page" });
  const setTitle = (text) => { if (!stay.signal.aborted) document.title = text ? `${text} · Reelnode` : "Reelnode"; };
  const from = shown;
  shown = location.pathname;
  try {
    if (!found) throw Object.assign(new Error(t("noPage")), { advice: t("noPageAdvice"), isMissing: true });
    const page = await found.load().catch((error) => { throw unloaded(error, stay.signal); });
    if (stay.signal.aborted) return;
    live.isFollowed = false;
    page.show({ place, values: found.values, signal: stay.signal, setTitle });
  } catch (error) {
    if (stay.signal.aborted) return;
    setTitle(t("problemTitle"));
    if (!error.isMissing && !error.again) error = { message: t("pageBroken"), advice: String(error.message ?? error) };
    fill(place, h("h1", { tabindex: "-1" }, t("problemTitle")), problem(error, { again: found ? error.again ?? (() => show()) : undefined }), h("p", null, link("/ui/projects", t("toProjects"))));
  }
  if (!live.isFollowed) live.follow(["system"]);
  main.replaceChildren(place);
  if (isBack) comeBack(place, from, stay.signal);
  if (!isFirst && !keepsFocus) {
    if (!isBack) window.scrollTo(0, 0);
    (place.querySelector("h1") ?? main).focus({ preventScroll: true });
  }
  isFirst = false;
}

/** A page's file that the node did not give: browsers do not ask for it again before the page is loaded anew. */
function unloaded(error, signal) {
  let wasLost = false;
  live.addEventListener("state", () => {
    wasLost ||= live.state === "waiting";
    if (wasLost && live.state === "live") location.reload();
  }, { signal });
  wasLost = live.state === "waiting";
  return Object.assign(new Error(t("errorOffline"), { cause: error }), { advice: t("errorOfflineAdvice"), again: () => location.reload() });
}

/** Goes to the place where a person was, as soon as the page is long enough, and to the link that was followed. */
function comeBack(place, from, signal) {
  const wanted = history.state?.scroll ?? 0;
  // At once: a scroll that comes later is somebody's own.
  if (wanted === 0) window.scrollTo(0, 0);
  const began = performance.now();
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort());
  for (const kind of ["wheel", "touchmove", "keydown", "mousedown"]) window.addEventListener(kind, () => stop.abort(), { passive: true, signal: stop.signal });
  const watcher = new ResizeObserver(() => {
    if (stop.signal.aborted || performance.now() - began > 10_000) return watcher.disconnect();
    const isLong = document.documentElement.scrollHeight - window.innerHeight >= wanted;
    if (!isLong || place.querySelector(".skeleton")) return;
    watcher.disconnect();
    if (wanted > 0) window.scrollTo(0, wanted);
    if (from && document.activeElement === place.querySelector("h1")) {
      [...place.querySelectorAll("a[href]")].find((anchor) => anchor.pathname === from && !anchor.closest(".heading"))?.focus({ preventScroll: true });
    }
  });
  watcher.observe(place);
  signal.addEventListener("abort", () => watcher.disconnect());
}

document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); main.scrollIntoView(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) closeMenu(); });
live.addEventListener("state", () => {
  frame();
  if (live.state === "waiting" && !session.isMissing) announce(t("liveHint_waiting"));
});
session.addEventListener("change", () => {
  frame();
  if (!session.isMissing && live.state !== "live") live.tryAgain();
});
live.listen((kind, data) => {
  if (kind === "project" && ["done", "failed", "paused"].includes(data.state)) noteEnding(data);
});

// A film's end is told once, also when further messages about it come.
const told = new Map();
function noteEnding(project) {
  if (told.get(project.id) === project.state) return;
  told.set(project.id, project.state);
  if (Date.now() - Date.parse(project.updated_at) < 60_000) announce(`${project.title}: ${stateWord(project.state)}`);
}

begin((how) => show(how));
