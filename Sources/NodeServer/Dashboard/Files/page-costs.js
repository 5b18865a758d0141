// What services have cost.

import { get } from "./api.js";
import { fill, h, paced } from "./dom.js";
import { day, money, none, number, tick } from "./format.js";
import { stateWord, t } from "./i18n.js";
import { liveList } from "./list.js";
import { keep, live } from "./live.js";
import { amountText, capabilityWord } from "./page-project.js";
import { empty, heading, problem, section, select, table } from "./parts.js";
import { note, to } from "./router.js";

export function show({ place, values, signal, setTitle }) {
  setTitle(t("navCosts"));
  const filter = { provider: values.query.get("provider") ?? "" };
  const top = h("div");
  const filters = h("div", { class: "filters" });
  const totals = keep({
    topics: ["projects"], signal,
    load: (signal) => get("costs/totals", {}, signal),
    show: draw,
    fail: (error, isShown) => { if (!isShown) fill(top, problem(error, { again: () => totals.reload() })); },
  });
  const list = liveList({
    path: "costs", values: () => filter, topics: ["projects"], signal, key: (cost) => cost.attempt_id + cost.unit,
    view: (costs) => table(t("navCosts"), [
      { name: t("provider"), isHead: true, cell: (cost) => cost.provider },
      { name: t("capability"), cell: (cost) => capabilityWord(cost.capability) },
      { name: t("project"), cell: (cost) => cost.project_id ? h("a", { href: to("projects", cost.project_id) }, cost.project_id) : none },
      { name: t("state"), cell: (cost) => stateWord(cost.state) },
      { name: t("amount"), kind: "number", cell: amountText },
      { name: t("estimate"), kind: "number", cell: (cost) => money(cost.estimate_microdollars) },
      { name: t("actual"), kind: "number", cell: (cost) => money(cost.actual_microdollars) },
      { name: t("at"), kind: "moment", cell: (cost) => tick(cost.at) },
    ], costs),
    nothing: () => empty("costs", t("noCostsTitle"), t("noCostsText")),
  });
  const change = (value) => { filter.provider = value; note(filter); list.reload(); };
  // A project that has spent more than before is a reason to fetch; others are not.
  const spent = new Map();
  const again = paced(() => { if (!signal.aborted) { totals.reload(); list.reload(); } }, 3000);
  const stop = live.listen((kind, data) => {
    if (kind !== "project") return;
    const before = spent.get(data.id);
    spent.set(data.id, data.spent_microdollars);
    if (before !== undefined ? before !== data.spent_microdollars : data.spent_microdollars > 0) again();
  });
  signal.addEventListener("abort", () => { stop(); again.cancel(); });
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

/** Bars for the eye, a table for all. */
function days(list) {
  if (list.length === 0) return h("p", { class: "soft" }, t("noCosts"));
  const most = Math.max(...list.map((one) => one.microdollars), 1);
  const last = list.slice(-30);
  return [
    h("div", { class: "days", "aria-hidden": "true" }, last.map((one) =>
      h("div", { class: "day", title: `${day(one.day)}: ${money(one.microdollars)}` }, h("div", { style: { height: Math.max(one.microdollars ? 2 : 0, one.microdollars / most * 100) + "%" } })))),
    h("div", { class: "days-axis", "aria-hidden": "true" }, h("span", null, day(last[0].day)), last.length > 1 && h("span", null, day(last.at(-1).day))),
    h("details", { class: "more" }, h("summary", null, t("asTable")), table(t("byDay"), [
      { name: t("day"), isHead: true, cell: (one) => day(one.day) }, { name: t("navCosts"), kind: "number", cell: (one) => money(one.microdollars) },
    ], [...last].reverse(), { key: (one) => one.day })),
  ];
}
