// The functions of the engine: what begins them, their limits, how often they run.

import { h } from "./dom.js";
import { none, number, span } from "./format.js";
import { t } from "./i18n.js";
import { liveList } from "./list.js";
import { badge, empty, heading, nameText, table } from "./parts.js";

export function show({ place, signal, setTitle }) {
  setTitle(t("navFunctions"));
  const list = liveList({
    path: "functions", topics: ["functions"], kind: "function", signal,
    view: (functions) => table(t("navFunctions"), [
      { name: t("function"), isHead: true, cell: (one) => [h("a", { href: "/ui/runs?function=" + encodeURIComponent(one.id) }, nameText(one.name || one.id)), one.is_paused && [" ", badge("paused")], one.is_archived && [" ", badge("cancelled", t("archived"))]] },
      { name: t("source"), kind: "moment", cell: (one) => one.source === "native" ? t("native") : one.source },
      { name: t("triggers"), cell: (one) => h("ul", { class: "plain-list" }, (one.triggers ?? []).map(trigger)) },
      { name: t("limits"), cell: limits },
      { name: t("state_running"), kind: "number", cell: (one) => number(one.counts?.running ?? 0) },
      { name: t("state_queued"), kind: "number", cell: (one) => number(one.counts?.queued ?? 0) },
      { name: t("state_waiting"), kind: "number", cell: (one) => number(one.counts?.waiting ?? 0) },
      { name: t("completedDay"), kind: "number", cell: (one) => number(one.counts?.completed_24h ?? 0) },
      { name: t("failedDay"), kind: "number", cell: (one) => one.counts?.failed_24h ? h("a", { class: "bad-text", href: `/ui/runs?state=failed&function=${encodeURIComponent(one.id)}` }, number(one.counts.failed_24h)) : "0" },
    ], functions),
    nothing: () => empty("functions", t("noFunctions"), t("noFunctionsText")),
  });
  place.append(heading(t("navFunctions"), { lead: t("functionsLead") }), list.element);
}

function trigger(one) {
  if (one.cron) return h("li", null, h("span", { class: "soft" }, t("cron"), " "), h("code", null, one.cron));
  return h("li", null, h("code", null, nameText(one.event)), one.expression && [" ", h("span", { class: "soft" }, t("if")), " ", h("code", null, one.expression)]);
}

function limits(one) {
  const list = Object.entries(one.limits ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return h("ul", { class: "plain-list limits" },
    h("li", null, h("span", { class: "soft" }, t("retries"), " "), number(one.retries ?? 0)),
    list.map(([name, value]) => h("li", null, h("span", { class: "soft" }, t("limit_" + name), " "), limitText(value))));
}

/** `{ limit: 2, key: … }` as words with their numbers. */
function limitText(value) {
  if (Array.isArray(value)) return value.map(limitText).join("; ");
  if (value === null || typeof value !== "object") return String(value);
  const parts = Object.entries(value).filter(([, part]) => part !== null && part !== undefined).map(([name, part]) => {
    if (name.endsWith("_ms")) return `${t("limitPart_" + name.slice(0, -3))} ${span(part / 1000)}`;
    return `${t("limitPart_" + name)} ${typeof part === "object" ? JSON.stringify(part) : part}`;
  });
  return parts.join(", ") || none;
}
