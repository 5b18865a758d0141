// The steps of a run along its time: when each began, waited, failed, and ended.

import { h } from "./dom.js";
import { span, tick, took, when } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { badge, json, tone } from "./parts.js";

const moving = new Set(["running", "retrying", "sleeping", "waiting"]);

/** `open` is the set of the places whose details are shown; `toggle(place)` changes it. */
export function waterfall(run, { open, toggle }) {
  const steps = run.step_list ?? [];
  const scale = scaleOf(run, steps);
  return h("div", { class: "waterfall", role: "table", "aria-label": t("timeline") },
    h("div", { role: "rowgroup" }, h("div", { class: "fall-row fall-head", role: "row" },
      h("span", { role: "columnheader" }, t("step")), h("span", { role: "columnheader" }, t("state")),
      h("span", { role: "columnheader", class: "number" }, t("time")),
      h("span", { role: "columnheader", class: "axis" }, h("span", { class: "unseen" }, t("timeline")),
        scale.marks.map((mark) => h("span", { class: "mark", style: { left: mark.place + "%" }, "aria-hidden": "true" }, mark.text))))),
    h("div", { role: "rowgroup" }, steps.map((step) => row(step, scale, open.has(step.place), () => toggle(step.place)))));
}

function row(step, scale, isOpen, toggle) {
  const depth = Math.min(4, String(step.place).split(/[./]/).length - 1);
  const id = "step-" + step.place;
  return h("div", { key: step.place, class: "fall-step", role: "presentation" },
    h("div", { class: "fall-row", role: "row" },
      h("span", { role: "cell", class: "fall-name depth-" + depth },
        h("button", { type: "button", class: "fold", "aria-expanded": isOpen ? "true" : "false", "aria-controls": isOpen ? id : null, onclick: toggle },
          icon("next"), h("span", null, step.name || step.place)),
        h("span", { class: "soft kind" }, t("step_" + step.kind))),
      h("span", { role: "cell" }, badge(step.state),
        step.attempt > 1 && h("span", { class: "soft" }, " ", t("attemptNumber", { number: step.attempt }))),
      h("span", { role: "cell", class: "number" }, took(step.started_at, step.ended_at)),
      h("span", { role: "cell", class: "track" }, bar(step, scale))),
    isOpen && h("div", { role: "row" }, h("div", { role: "cell", id, class: "fall-details" }, details(step))));
}

function bar(step, scale) {
  if (!step.started_at) return null;
  const start = scale.place(step.started_at);
  const end = scale.place(step.ended_at ?? scale.now);
  const kind = ["sleep", "wait"].includes(step.kind) ? " pause" : "";
  return [
    h("span", { class: "span " + tone(step.state) + kind + (moving.has(step.state) ? " moving" : ""), style: { left: start + "%", width: Math.max(0.4, end - start) + "%" } }),
    (step.failures ?? []).filter((failure) => failure.at).map((failure) =>
      h("span", { class: "failure", style: { left: scale.place(failure.at) + "%" }, title: failure.message })),
  ];
}

function details(step) {
  return [
    h("p", { class: "soft" }, [
      step.started_at && `${t("startedAt")} ${when(step.started_at)}`, step.ended_at && `${t("endedAt")} ${when(step.ended_at)}`,
      step.due_at && `${t("dueAt")} ${when(step.due_at)}`,
    ].filter(Boolean).join(" · ")),
    step.state === "sleeping" && step.due_at && h("p", null, t("goesOnIn"), " ", tick(step.due_at, "until")),
    (step.failures ?? []).length > 0 && h("div", null, h("h3", null, t("failedAttempts")),
      h("ol", { class: "plain-list" }, step.failures.map((failure) =>
        h("li", null, h("span", { class: "soft" }, failure.at ? when(failure.at) : ""), " ", h("strong", null, failure.name), " ", failure.message)))),
    step.error && [h("h3", null, t("error")), json(errorText(step.error), t("error"))],
    step.result !== null && step.result !== undefined && [h("h3", null, t("result")), json(step.result, t("result"), step.result_text)],
  ];
}

export function errorText(error) {
  if (typeof error === "string") return error;
  return [error.name, error.message].filter(Boolean).join(": ") + (error.stack ? "\n\n" + error.stack : "");
}

/** From the run's beginning to its end, or to now. */
function scaleOf(run, steps) {
  const times = steps.flatMap((step) => [step.started_at, step.ended_at]).concat(run.started_at, run.ended_at).filter(Boolean).map(Date.parse);
  const isOver = Boolean(run.ended_at);
  const now = new Date().toISOString();
  const begin = Math.min(...times, Date.parse(run.created_at) || Date.now());
  const end = Math.max(...times, isOver ? 0 : Date.now(), begin + 1);
  const whole = end - begin;
  const place = (text) => Math.min(100, Math.max(0, (Date.parse(text) - begin) / whole * 100));
  // Four or five marks at round numbers of seconds.
  const raw = whole / 4000;
  const size = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 604_800].find((size) => size >= raw) ?? Math.ceil(raw / 604_800) * 604_800;
  const marks = [];
  for (let second = 0; second * 1000 <= whole * 0.88; second += size) marks.push({ place: second * 1000 / whole * 100, text: second === 0 ? "0" : span(second) });
  return { place, now, marks };
}

