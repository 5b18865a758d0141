// All runs of functions, the newest first.

import { getAll } from "./api.js";
import { fill, h } from "./dom.js";
import { none, tick, took } from "./format.js";
import { stateWord, t } from "./i18n.js";
import { liveList } from "./list.js";
import { badge, empty, heading, idText, nameText, select, table } from "./parts.js";
import { note, to } from "./router.js";

const states = ["scheduled", "queued", "running", "sleeping", "waiting", "completed", "failed", "cancelled"];

export async function show({ place, values, signal, setTitle }) {
  setTitle(t("navRuns"));
  let names = new Map();
  const filter = { state: values.query.get("state") ?? "", function: values.query.get("function") ?? "" };
  const list = liveList({
    path: "runs", values: () => filter, topics: ["runs"], kind: "run", signal,
    belongs: (run) => (!filter.state || run.state === filter.state) && (!filter.function || run.function_id === filter.function),
    view: (runs) => runTable(runs, names),
    nothing: () => filter.state || filter.function ? empty("search", t("noMatch"), t("noMatchText"))
      : empty("runs", t("noRuns"), t("noRunsText"), h("a", { class: "button", href: "/ui/events/send" }, t("sendEvent"))),
  });
  const change = (name, value) => { filter[name] = value; note(filter); list.reload(); };
  const filters = h("div", { class: "filters" });
  const drawFilters = (functions) => fill(filters,
    select(t("state"), filter.state, [["", t("all")], ...states.map((state) => [state, stateWord(state)])], (value) => change("state", value)),
    select(t("function"), filter.function, [["", t("all")], ...functions.map((one) => [one.id, one.name || one.id])], (value) => change("function", value)));
  drawFilters(filter.function ? [{ id: filter.function }] : []);
  place.append(heading(t("navRuns")), filters, list.element);
  getAll("functions", {}, 400, signal).then((functions) => {
    names = new Map(functions.map((one) => [one.id, one.name]));
    drawFilters(functions);
    list.list.draw();
  }, () => {});
}

/** `names` are those of functions, by their ids. */
function runTable(runs, names) {
  const columns = [
    { name: t("function"), isHead: true, cell: (run) => h("a", { href: to("runs", run.id) }, nameText(names.get(run.function_id) || run.function_id)) },
    { name: t("state"), cell: (run) => badge(run.state) },
    { name: t("steps"), kind: "number", cell: (run) => [`${run.steps?.done ?? 0} / ${run.steps?.total ?? 0}`, run.steps?.failed > 0 && h("div", { class: "bad-text" }, t("stepsFailed", { count: run.steps.failed }))] },
    { name: t("event"), kind: "named", cell: (run) => run.event_id ? h("a", { href: to("events", run.event_id) }, nameText(run.event_name || run.event_id)) : nameText(run.event_name) || none },
    { name: t("time"), kind: "number", cell: (run) => took(run.started_at, run.ended_at) },
    { name: t("createdAt"), kind: "moment", cell: (run) => tick(run.created_at) },
    { name: t("run"), cell: (run) => idText(run.id) },
  ];
  // Where nothing failed, the others have the place.
  if (runs.some((run) => run.error)) {
    columns.push({ name: t("error"), kind: "wide", cell: (run) => run.error ? h("span", { class: "bad-text clip", title: run.error.message }, run.error.message) : none });
  }
  return table(t("navRuns"), columns, runs);
}
