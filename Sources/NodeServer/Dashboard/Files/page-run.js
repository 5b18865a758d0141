// One run: its timeline, what it waits for, what came out.

import { get, getAll, post } from "./api.js";
import { attempt, confirm } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { none, tick, took, when, withTimes } from "./format.js";
import { t } from "./i18n.js";
import { keep } from "./live.js";
import { badge, button, copyButton, facts, heading, idText, json, message, nameText, problem, section, skeleton } from "./parts.js";
import { go, to } from "./router.js";
import { standingText } from "./told.js";
import { errorText, waterfall } from "./waterfall.js";

const ended = ["completed", "failed", "cancelled"];

export function show({ place, values, signal, setTitle }) {
  const path = "runs/" + encodeURIComponent(values.id);
  const back = ["/ui/runs", t("navRuns")];
  const open = new Set();
  let names = null;
  setTitle(t("run"));
  fill(place, heading(t("run"), { back }), skeleton());
  const page = keep({
    topics: ["run:" + values.id], signal,
    async load(signal) {
      const [run] = await Promise.all([get(path, {}, signal, ["data", "output", "result"]), loadNames(signal)]);
      return run;
    },
    hear(run, kind, data) {
      if (kind === "run" && data.id === run.id) {
        // Why it stands, what it waits for, and its output are told by the whole run alone.
        if (data.state !== run.state) page.reload();
        Object.assign(run, data);
        return true;
      }
      if (kind !== "step" || data.run_id !== run.id) return false;
      const index = run.step_list.findIndex((step) => step.place === data.place);
      if (index < 0) run.step_list.push(data); else run.step_list[index] = { ...run.step_list[index], result_text: undefined, ...data };
      return true;
    },
    show: draw,
    fail: (error, isShown) => { if (!isShown) fill(place, heading(t("run"), { back }), problem(error, { again: () => page.reload() })); },
  });
  // Bars of what runs grow.
  const growing = setInterval(() => { if (page.state && !ended.includes(page.state.state) && !document.hidden) page.draw(); }, 1000);
  signal.addEventListener("abort", () => clearInterval(growing));

  async function loadNames(signal) {
    names ??= await getAll("functions", {}, 400, signal).then((list) => new Map(list.map((one) => [one.id, one.name])), () => null);
  }

  async function replay() {
    let answer;
    if (await attempt(async () => { answer = await post(path + "/replay"); }, t("replayed"))) {
      const id = answer?.id ?? answer?.run_id;
      if (id) go(to("runs", id)); else page.reload();
    }
  }

  async function retry() {
    if (await attempt(() => post(path + "/retry"), t("runGoesOn"))) page.reload();
  }

  async function cancel() {
    if (!await confirm(t("cancelRunTitle"), t("cancelRunText"), t("cancelRunYes"))) return;
    if (await attempt(() => post(path + "/cancel"), t("runCancelled"))) page.reload();
  }

  function draw(run) {
    const name = names?.get(run.function_id) || run.function_id;
    const project = projectOf(run);
    const steps = stepCounts(run);
    setTitle(name);
    place.dataset.loaded = "true";
    const isOver = ended.includes(run.state);
    fill(place,
      heading(nameText(name), { back, actions: [
        !isOver && button(t("cancel"), { key: "cancel", sign: "cancel", onclick: cancel }),
        // A film's runs go on with their project, on its page.
        (run.state === "failed" || run.state === "cancelled") && !project && button(t("retry"), { key: "retry", sign: "retry", onclick: retry, hint: t("retryRunHint") }),
        button(t("replay"), { key: "replay", sign: "retry", onclick: replay, hint: t("replayHint") }),
      ] }),
      h("div", { class: "standing" },
        h("div", { class: "standing-line" }, badge(run.state),
          h("span", { class: "soft" }, t("begun"), " ", tick(run.started_at ?? run.created_at)),
          h("span", { class: "soft" }, took(run.started_at, run.ended_at)),
          h("span", null, idText(run.id, { isWhole: true }), copyButton(run.id)),
          project && h("a", { href: to("projects", project) }, t("toItsFilm"))),
        run.error && message("bad", errorText(run.error)),
        run.cancel_reason && message("plain", run.cancel_reason),
        !isOver && (run.standing ?? []).map((one) => message("plain", withTimes(standingText(one))))),
      section(t("timeline"), { id: "timeline", note: [t("stepsDone", steps), steps.failed > 0 && h("span", { class: "bad-text" }, " · ", t("stepsFailed", { count: steps.failed }))] },
        run.step_list?.length ? waterfall(run, { open, toggle: (place) => { open.has(place) ? open.delete(place) : open.add(place); draw(run); } })
          : h("p", { class: "soft" }, t("noSteps"))),
      (run.waits ?? []).length > 0 && section(t("waits"), { id: "waits" }, h("ul", { class: "plain-list" }, run.waits.map((wait) =>
        h("li", null, wait.event_name ? h("code", null, wait.event_name) : wait.run_id && h("a", { href: to("runs", wait.run_id) }, idText(wait.run_id)), wait.match && [" ", t("where"), " ", h("code", null, matchText(wait.match))],
          wait.deadline_at && h("span", { class: "soft" }, " · ", t("untilTime", { time: when(wait.deadline_at) })),
          wait.event_name && [" ", h("a", { href: "/ui/events/send?name=" + encodeURIComponent(wait.event_name) }, t("sendThis"))])))),
      run.output !== null && run.output !== undefined && section(t("output"), { id: "output" }, json(run.output, t("output"), run.output_text)),
      h("div", { class: "columns" },
        section(t("event"), { id: "event" }, (run.events ?? []).length === 0 ? h("p", { class: "soft" }, run.event_name ?? t("noEvent")) : run.events.map((event) =>
          h("div", { key: event.id }, h("p", null, h("a", { href: to("events", event.id) }, event.name), " ", h("span", { class: "soft" }, tick(event.received_at))), json(event.data, t("data"), event.data_text)))),
        section(t("family"), { id: "family" }, facts([
          [t("parent"), run.parent_run_id ? h("a", { href: to("runs", run.parent_run_id) }, idText(run.parent_run_id)) : none],
          [t("children"), (run.children ?? []).length ? run.children.map((id) => [h("a", { href: to("runs", id) }, idText(id)), " "]) : none],
          run.replay_of ? [t("replayOf"), h("a", { href: to("runs", run.replay_of) }, idText(run.replay_of))] : null,
          [t("function"), h("a", { href: "/ui/runs?function=" + encodeURIComponent(run.function_id) }, nameText(name))],
        ]))));
  }
}

/** Steps that ended well, that failed, and all that have begun. */
function stepCounts({ step_list: list, steps }) {
  if (!list?.length) return { done: steps?.done ?? 0, total: steps?.total ?? 0, failed: steps?.failed ?? 0 };
  const count = (state) => list.filter((step) => step.state === state).length;
  return { done: count("done"), total: list.length, failed: count("failed") };
}

/** The film that a run works at, as its events say. */
function projectOf({ events }) {
  const ids = (events ?? []).flatMap(({ data }) => [data?.project, data?.input?.project, data?.subject?.project]);
  return ids.find((id) => typeof id === "string" && /^film-[0-9a-f]{20}$/.test(id));
}

function matchText(match) {
  if (typeof match === "string") return match;
  return match.property ? `${match.property} = ${match.value}` : JSON.stringify(match);
}
