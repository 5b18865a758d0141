// How the node is.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { bytes, none, number, span } from "./format.js";
import { hasText, t } from "./i18n.js";
import { keep } from "./live.js";
import { badge, facts, heading, message, problem, section, skeleton, table } from "./parts.js";

export function show({ place, signal, setTitle }) {
  setTitle(t("navSystem"));
  fill(place, heading(t("navSystem")), skeleton(4));
  const page = keep({
    topics: ["system"], signal,
    load: (signal) => get("system", {}, signal),
    hear: (system, kind, data) => kind === "system" && Boolean(Object.assign(system, data)),
    show: draw,
    fail: (error, isShown) => { if (!isShown) fill(place, heading(t("navSystem")), problem(error, { again: () => page.reload() })); },
  });

  function draw(system) {
    const checks = system.checks ?? [];
    const broken = checks.filter((check) => !check.ok);
    const { disk, database } = system;
    fill(place, heading(t("navSystem")),
      broken.length === 0 ? message("good", t("allGood")) : message("warn", t("someBroken", { count: broken.length })),
      h("ul", { class: "gauges" },
        gauge(t("load"), number(system.load_1, 2), system.load_1 / system.cpu_count, t("ofCores", { count: system.cpu_count })),
        disk && gauge(t("disk"), t("free_", { size: bytes(disk.free_bytes) }), 1 - disk.free_bytes / disk.total_bytes, t("ofSize", { size: bytes(disk.total_bytes) })),
        gauge(t("memory"), bytes(system.memory_rss_bytes)),
        gauge(t("database"), bytes(database?.bytes), undefined, database?.wal_bytes ? t("andLog", { size: bytes(database.wal_bytes) }) : null),
        gauge(t("cache"), system.cache_bytes === null || system.cache_bytes === undefined ? t("counting") : bytes(system.cache_bytes)),
        gauge(t("clients"), number(system.live_clients))),
      section(t("checks"), { id: "checks" }, table(t("checks"), [
        { name: t("name"), isHead: true, cell: (check) => ["database", "workers", "disk"].includes(check.name) ? t(check.name) : check.name },
        { name: t("state"), cell: (check) => badge(check.ok ? "done" : "failed", t(check.ok ? "good" : "broken")) },
        { name: t("details"), cell: (check) => [checkText(check, system), !check.ok && check.advice && h("p", { class: "advice" }, adviceText(check))] },
      ], checks, { key: (check) => check.name })),
      section(t("details"), { id: "details" }, facts([
        [t("version"), system.version], [t("uptime"), span(system.uptime_seconds, 0)], [t("cores"), number(system.cpu_count)],
        disk ? [t("folder"), h("code", null, disk.path)] : null, database ? [t("database"), h("code", null, database.path)] : null,
        [t("navGoldens"), system.golden_reports_path ? h("code", null, system.golden_reports_path) : none],
        ["API", h("a", { href: "/openapi.json", target: "_blank", rel: "noopener" }, "openapi.json")],
        [t("metrics"), h("a", { href: "/metrics", target: "_blank", rel: "noopener" }, "/metrics")],
      ])));
  }
}

/** In the reader's language, where it is one that is known here. */
function checkText({ name, ok, detail }, { disk }) {
  const key = name === "disk" && ok ? "free_" : "check_" + name + (ok ? "_good" : "_broken");
  if (!hasText(key) || (name === "disk" && !disk?.free_bytes)) return detail || none;
  return t(key, { count: Number.parseInt(detail, 10) || 0, size: bytes(disk?.free_bytes) });
}

const adviceText = ({ name, advice }) => hasText("check_" + name + "_advice") ? t("check_" + name + "_advice") : advice;

function gauge(name, value, part, extra) {
  const isFull = part > 0.9;
  return h("li", { class: "gauge" + (isFull ? " full" : "") }, h("span", { class: "soft" }, name), h("strong", null, value), extra && h("span", { class: "soft" }, extra),
    part !== undefined && Number.isFinite(part) && h("div", { class: "meter", role: "meter", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(Math.round(Math.min(1, part) * 100)) }, h("div", { style: { width: Math.min(100, part * 100) + "%" } })));
}
