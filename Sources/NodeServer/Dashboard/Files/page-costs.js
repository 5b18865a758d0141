// What services have cost.

import { get } from "./api.js";
import { fill, h, paced } from "./dom.js";
import { day, money, none, number, tick } from "./format.js";
import { stateWord, t } from "./i18n.js";
import { liveList } from "./list.js";
import { keep } from "./live.js";
import { amountText, capabilityWord } from "./page-project.js";
import { empty, heading, problem, section, idText, select, table } from "./parts.js";
import { note, to } from "./router.js";

export function show({ place, values, signal, setTitle }) {
  setTitle(t("navCosts"));
  const filter = { provider: values.query.get("provider") ?? "" };
  const top = h("div");
  const filters = h("div", { class: "filters" });
  // Sums are the node's: each message may change them, and many come together.
  const again = paced(() => { if (!signal.aborted) totals.reload(); }, 3000);
  signal.addEventListener("abort", () => again.cancel());
  const totals = keep({
    topics: ["costs"], signal,
    load: (signal) => get("costs/totals", {}, signal),
    hear(sums, kind) { if (kind === "cost") again(); return false; },
    show: draw,
    fail: (error, isShown) => { if (!isShown) fill(top, problem(error, { again: () => totals.reload() })); },
  });
  const list = liveList({
    path: "costs", values: () => filter, topics: ["costs"], kind: "cost", signal, key: (cost) => cost.attempt_id, stamp: (cost) => cost.attempt_id,
    belongs: (cost) => !filter.provider || cost.provider === filter.provider,
    view: (costs) => table(t("navCosts"), [
      { name: t("provider"), isHead: true, cell: (cost) => cost.provider },
      { name: t("capability"), kind: "named", cell: (cost) => capabilityWord(cost.capability) },
      { name: t("project"), kind: "wide", cell: (cost) => cost.project_id ? h("a", { href: to("projects", cost.project_id) }, cost.project_title ? h("span", { class: "clip", dir: "auto", title: cost.project_title }, cost.project_title) : idText(cost.project_id)) : none },
      { name: t("state"), kind: "named", cell: (cost) => stateWord(cost.state) },
      { name: t("amount"), kind: "number", cell: amountText },
      { name: t("estimate"), kind: "number", cell: (cost) => money(cost.estimate_microdollars) },
      { name: t("actual"), kind: "number", cell: (cost) => money(cost.actual_microdollars) },
      { name: t("at"), kind: "moment", cell: (cost) => tick(cost.at) },
    ], costs),
    nothing: () => empty("costs", t("noCostsTitle"), t("noCostsText")),
  });
  const change = (value) => { filter.provider = value; note(filter); list.reload(); };
  place.append(heading(t("navCosts"), { lead: t("costsLead") }), top, section(t("attempts"), { id: "attempts" }, filters, list.element));

  function draw(sums) {
    const providers = (sums.by_provider ?? []).map((one) => one.provider);
    fill(filters, select(t("provider"), filter.provider, [["", t("all")], ...providers.map((name) => [name, name])], change));
    fill(top, h("div", { class: "columns" },
      section(t("byProvider"), { id: "by-provider", note: t("sum", { sum: money(sums.microdollars ?? 0) }) },
        (sums.by_provider ?? []).length === 0 ? h("p", { class: "soft" }, t("noCosts")) : table(t("byProvider"), [
          { name: t("provider"), isHead: true, cell: (one) => one.provider },
          { name: t("attempts"), kind: "number", cell: (one) => number(one.count) },
          { name: t("navCosts"), kind: "number", cell: (one) => money(one.microdollars) },
        ], sums.by_provider, { key: (one) => one.provider })),
      section(t("byDay"), { id: "by-day" }, days(sums.by_day ?? []))));
  }
}

/** The last thirty days to the newest one with costs, the oldest first; days without costs are there too. */
function lastDays(list) {
  const sums = new Map(list.map((one) => [one.day, one.microdollars]));
  const known = [...sums.keys()].sort();
  if (known.length === 0) return [];
  const [first, end] = [Date.parse(known[0]), Date.parse(known.at(-1))];
  const days = [];
  for (let at = Math.max(first, end - 29 * 86_400_000); at <= end; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.push({ day, microdollars: sums.get(day) ?? 0 });
  }
  return days;
}

/** Bars for the eye, a table for all. */
function days(list) {
  const last = lastDays(list);
  const most = Math.max(...last.map((one) => one.microdollars), 0);
  // Bars of nothing are an empty frame.
  if (most === 0) return h("p", { class: "soft" }, t("noCosts"));
  return [
    h("div", { class: "days", "aria-hidden": "true" }, last.map((one) =>
      h("div", { class: "day", title: `${day(one.day)}: ${money(one.microdollars)}` }, h("div", { style: { height: Math.max(one.microdollars ? 2 : 0, one.microdollars / most * 100) + "%" } })))),
    h("div", { class: "days-axis", "aria-hidden": "true" }, h("span", null, day(last[0].day)), last.length > 1 && h("span", null, day(last.at(-1).day))),
    h("details", { class: "more" }, h("summary", null, t("asTable")), table(t("byDay"), [
      { name: t("day"), isHead: true, cell: (one) => day(one.day) }, { name: t("navCosts"), kind: "number", cell: (one) => money(one.microdollars) },
    ], [...last].reverse(), { key: (one) => one.day })),
  ];
}
