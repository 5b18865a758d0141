// Reports of golden frames.

import { get } from "./api.js";
import { h } from "./dom.js";
import { none, number, tick } from "./format.js";
import { t } from "./i18n.js";
import { liveList } from "./list.js";
import { badge, empty, heading, table } from "./parts.js";

export function show({ place, signal, setTitle }) {
  setTitle(t("navGoldens"));
  let system = null;
  const list = liveList({
    // Where the node looks for reports, which may be another folder after it has begun anew.
    async prepare(signal) { system = await get("system", {}, signal).catch(() => system); },
    path: "golden-reports", topics: ["goldens"], kind: "golden", removal: "golden_removed", signal, key: (report) => report.name,
    view: (reports) => table(t("navGoldens"), [
      { name: t("name"), isHead: true, cell: (report) => h("a", { href: report.url ?? `/api/v1/golden-reports/${encodeURIComponent(report.name)}/index.html`, target: "_blank", rel: "noopener" }, report.name, h("span", { class: "unseen" }, " ", t("newTab"))) },
      { name: t("state"), cell: (report) => report.films ? badge(report.matching === report.films ? "done" : "failed", t(report.matching === report.films ? "matches" : "differs")) : none },
      { name: t("documents"), kind: "number", cell: (report) => number(report.films) },
      { name: t("matching"), kind: "number", cell: (report) => number(report.matching) },
      { name: t("at"), kind: "moment", cell: (report) => tick(report.written_at) },
    ], [...reports].sort((one, other) => one.name < other.name ? -1 : 1), { key: (report) => report.name }),
    nothing() {
      const folder = system?.golden_reports_path;
      if (folder) return empty("goldens", t("noGoldens"), t("noGoldensText", { folder }));
      return empty("goldens", t(system ? "noGoldensFolder" : "noGoldens"), t("noGoldensFolderText"));
    },
  });
  place.append(heading(t("navGoldens"), { lead: t("goldensLead") }), list.element);
}
