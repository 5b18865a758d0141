// Reports of golden frames.

import { getAll } from "./api.js";
import { fill, h } from "./dom.js";
import { none, number, tick } from "./format.js";
import { t } from "./i18n.js";
import { keep } from "./live.js";
import { badge, empty, heading, problem, skeleton, table } from "./parts.js";

/** Reports lie in folders that other programs write; nothing tells of them. */
const pause = 15_000;

export function show({ place, signal, setTitle }) {
  setTitle(t("navGoldens"));
  const body = h("div", null, skeleton(3));
  place.append(heading(t("navGoldens"), { lead: t("goldensLead") }), body);
  const page = keep({
    topics: ["system"], signal,
    load: (signal) => getAll("golden-reports", {}, 400, signal),
    show: (reports) => fill(body, reports.length === 0
      ? empty("goldens", t("noGoldens"), t("noGoldensText"))
      : table(t("navGoldens"), [
        { name: t("name"), isHead: true, cell: (report) => h("a", { href: report.url ?? `/api/v1/golden-reports/${encodeURIComponent(report.name)}/index.html`, target: "_blank", rel: "noopener" }, report.name, h("span", { class: "unseen" }, " ", t("newTab"))) },
        { name: t("state"), cell: (report) => report.films ? badge(report.matching === report.films ? "done" : "failed", t(report.matching === report.films ? "matches" : "differs")) : none },
        { name: t("documents"), kind: "number", cell: (report) => number(report.films) },
        { name: t("matching"), kind: "number", cell: (report) => number(report.matching) },
        { name: t("at"), kind: "moment", cell: (report) => tick(report.written_at) },
      ], reports, { key: (report) => report.name })),
    fail: (error, isShown) => { if (!isShown) fill(body, problem(error, { again: () => page.reload() })); },
  });
  const timer = setInterval(() => { if (!document.hidden) page.reload(); }, pause);
  signal.addEventListener("abort", () => clearInterval(timer));
}
