// All films, the newest first.

import { h } from "./dom.js";
import { money, span, tick } from "./format.js";
import { icon } from "./icons.js";
import { stateWord, t } from "./i18n.js";
import { liveList } from "./list.js";
import { badge, empty, heading, message, picture, progress, searchField, select, tone } from "./parts.js";
import { note, to } from "./router.js";
import { reason } from "./told.js";

const states = ["created", "parsing", "writing", "producing", "rendering", "paused", "done", "failed", "cancelled"];

export function show({ place, values, signal, setTitle }) {
  setTitle(t("navProjects"));
  const filter = { q: values.query.get("q") ?? "", state: values.query.get("state") ?? "" };
  const list = liveList({
    path: "projects", values: () => filter, topics: ["projects"], kind: "project", removal: "project_removed", signal,
    belongs: (item) => (!filter.state || item.state === filter.state)
      && (!filter.q || item.title.toLowerCase().includes(filter.q.toLowerCase())),
    view: (items) => h("ul", { class: "cards", "aria-label": t("navProjects") }, items.map(card)),
    nothing: () => filter.q || filter.state
      ? empty("search", t("noMatch"), t("noMatchText"))
      : empty("film", t("noProjects"), t("noProjectsText"), h("a", { class: "button primary", href: "/ui/projects/new" }, icon("plus"), h("span", null, t("newFilm")))),
  });
  let timer = null;
  const change = (name, value, pause) => {
    filter[name] = value;
    note(filter);
    clearTimeout(timer);
    timer = setTimeout(() => list.reload(), pause);
  };
  place.append(
    heading(t("navProjects"), { actions: [h("a", { class: "button primary", href: "/ui/projects/new" }, icon("plus"), h("span", null, t("newFilm")))] }),
    h("div", { class: "filters", role: "search" },
      searchField(t("searchProjects"), filter.q, (text) => change("q", text.trim(), 250)),
      select(t("state"), filter.state, [["", t("all")], ...states.map((state) => [state, stateWord(state)])], (state) => change("state", state, 0))),
    list.element);
}

function card(project) {
  const isMoving = ["busy", "warn"].includes(tone(project.state));
  return h("li", { class: "card", key: project.id },
    h("a", { class: "card-link", href: to("projects", project.id) },
      h("div", { class: "poster" }, picture(project.poster_url),
      project.scenes?.total > 0 && h("span", { class: "poster-note" }, t("sceneCount", { count: project.scenes.total }))),
      h("h2", { class: "card-title", lang: project.language }, project.title || t("untitled"))),
    h("div", { class: "card-facts" }, badge(project.state),
      isMoving && project.eta_seconds !== null && project.eta_seconds !== undefined && h("span", { class: "soft" }, t("left", { time: span(project.eta_seconds, 0) })),
      h("span", { class: "soft push" }, project.spent_microdollars ? money(project.spent_microdollars) : tick(project.created_at))),
    isMoving ? progress(project.progress, t("progressOf", { title: project.title }), project.state) : null,
    project.state !== "done" && message(project.state === "failed" ? "bad" : "plain", reason(project.error_code, project.message), project.advice));
}
