// The render queue, and the workers at it.

import { get, getAll, post } from "./api.js";
import { attempt, confirm } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { none, number, percent, span, tick, took } from "./format.js";
import { stateWord, t } from "./i18n.js";
import { liveList } from "./list.js";
import { keep } from "./live.js";
import { badge, button, empty, heading, idText, message, problem, progress, section, select, table } from "./parts.js";
import { note, to } from "./router.js";
import { reasonLine } from "./told.js";

const states = ["blocked", "queued", "leased", "done", "done_with_warnings", "failed", "cancelled"];
const kinds = ["segment", "sound", "film"];

export function show({ place, values, signal, setTitle }) {
  setTitle(t("navQueue"));
  const filter = { state: values.query.get("state") ?? "", kind: values.query.get("kind") ?? "" };
  const head = h("div", { class: "stack" });
  const workersPlace = h("div");
  keep({
    topics: ["queue", "workers"], signal,
    load: (signal) => get("render-queue", {}, signal),
    hear: (queue, kind, data) => kind === "queue" && Boolean(Object.assign(queue, data)),
    show: (queue) => drawHead(queue),
    fail: (error, isShown) => { if (!isShown) fill(head, heading(t("navQueue")), problem(error)); },
  });
  const workers = keep({
    topics: ["queue", "workers"], signal,
    load: (signal) => getAll("workers", {}, 200, signal),
    hear(list, kind, data) {
      if (kind !== "worker") return false;
      const index = list.findIndex((worker) => worker.id === data.id);
      if (index < 0) list.unshift(data); else list[index] = data;
      return true;
    },
    show: drawWorkers,
    fail: (error, isShown) => { if (!isShown) fill(workersPlace, problem(error, { again: () => workers.reload() })); },
  });
  const jobs = liveList({
    path: "render-jobs", values: () => filter, topics: ["queue", "workers"], kind: "job", signal,
    belongs: (job) => (!filter.state || job.state === filter.state) && (!filter.kind || job.kind === filter.kind),
    view: (items) => jobTable(items),
    nothing: () => filter.state || filter.kind ? empty("search", t("noMatch"), t("noMatchText"))
      : empty("queue", t("noJobs"), t("noJobsText"), h("a", { class: "button", href: "/ui/projects/new" }, t("newFilm"))),
  });
  const change = (name, value) => { filter[name] = value; note(filter); jobs.reload(); };

  function drawHead(queue) {
    const counts = queue.counts ?? {};
    fill(head,
      heading(t("navQueue"), { actions: [
        queue.paused
          ? button(t("resumeQueue"), { key: "pause", sign: "play", kind: "primary", onclick: () => attempt(async () => drawHead(await post("render-queue/resume")), t("queueResumed")) })
          : button(t("pauseQueue"), { key: "pause", sign: "pause", onclick: () => attempt(async () => drawHead(await post("render-queue/pause")), t("queuePaused")) }),
      ] }),
      queue.paused && message("warn", t("queueIsPaused"), t("queueIsPausedAdvice")),
      h("ul", { class: "counts" }, ["leased", "queued", "blocked", "done", "failed", "cancelled"].map((state) =>
        h("li", null, badge(state), h("strong", null, number(counts[state] ?? 0))))));
  }

  function drawWorkers(list) {
    fill(workersPlace, list.length === 0
      ? empty("system", t("noWorkers"), t("noWorkersText"))
      : table(t("workers"), [
        { name: t("worker"), isHead: true, cell: (worker) => [h("span", null, worker.host), " ", h("span", { class: "soft" }, t("pid", { pid: String(worker.pid) }))] },
        { name: t("state"), cell: (worker) => badge(worker.is_live ? "done" : "cancelled", t(worker.is_live ? "isLive" : "isGone")) },
        { name: t("slots"), kind: "number", cell: (worker) => `${number(worker.jobs ?? 0)} / ${number(worker.slots)}` },
        { name: t("startedAt"), kind: "moment", cell: (worker) => tick(worker.started_at) },
        { name: t("seenAt"), kind: "moment", cell: (worker) => tick(worker.seen_at) },
      ], list));
  }

  place.append(head,
    section(t("workers"), { id: "workers" }, workersPlace),
    section(t("jobs"), { id: "jobs" },
      h("div", { class: "filters" },
        select(t("state"), filter.state, [["", t("all")], ...states.map((state) => [state, stateWord(state)])], (value) => change("state", value)),
        select(t("kind"), filter.kind, [["", t("all")], ...kinds.map((kind) => [kind, t("kind_" + kind)])], (value) => change("kind", value))),
      jobs.element));
  fill(head, heading(t("navQueue")));
}

function jobTable(items) {
  return table(t("jobs"), [
    { name: t("job"), isHead: true, cell: (job) => [h("a", { href: to("queue", job.id) }, job.label || job.id), " ", h("span", { class: "soft" }, t("kind_" + job.kind)), job.project_id && [" · ", filmLink(job)]] },
    { name: t("state"), cell: (job) => [badge(job.state), job.paused && [" ", badge("paused")]] },
    { name: t("progress"), kind: "wide", cell: jobProgress },
    { name: t("attempt"), kind: "number", cell: (job) => `${job.attempt} / ${job.max_attempts}` },
    { name: t("worker"), cell: (job) => job.owner ? idText(job.owner) : none },
    { name: t("time"), kind: "number", cell: (job) => took(job.started_at, job.ended_at) },
    { name: t("createdAt"), kind: "moment", cell: (job) => tick(job.created_at) },
    { name: t("actions"), kind: "buttons", cell: (job) => jobActions(job) },
  ], items);
}

/** To the film that a job is a part of. */
export function filmLink(job) {
  return h("a", { href: to("projects", job.project_id) }, t("toItsFilm"), h("span", { class: "unseen" }, ": ", job.label || job.id));
}

export function jobProgress(job) {
  if (job.error) return h("span", { class: "bad-text clip", title: job.error.message }, reasonLine(job.error.code, job.error.message));
  if (job.state !== "leased") return job.parts ? t("partsDone", { done: job.parts_done ?? 0, total: job.parts }) : job.frames ? t("frames", { count: job.frames }) : none;
  return [progress(job.progress, t("progressOf", { title: job.label || job.id }), job.state),
    h("span", { class: "soft" }, percent(job.progress), leftText(job))];
}

/** How long a film takes is known once parts of it are done; parts themselves are not judged. */
function leftText(job) {
  if (job.eta_seconds) return " · " + t("left", { time: span(job.eta_seconds, 0) });
  return job.kind === "film" ? " · " + t("leftUnknown") : "";
}

/** What can be done with a job. `after` is called when it has been done. */
export function jobActions(job, after) {
  const act = (name, said) => attempt(async () => { await post(`render-jobs/${encodeURIComponent(job.id)}/${name}`); after?.(); }, said);
  const named = (label) => ({ "aria-label": `${label}: ${job.label || job.id}` });
  const list = [];
  if (["failed", "cancelled"].includes(job.state)) list.push(button(t("retry"), { key: "retry", sign: "retry", kind: "small", ...named(t("retry")), onclick: () => act("retry", t("retried")) }));
  if (["blocked", "queued", "leased"].includes(job.state)) {
    list.push(job.paused
      ? button(t("resume"), { key: "pause", sign: "play", kind: "small", ...named(t("resume")), onclick: () => act("resume") })
      : button(t("pause"), { key: "pause", sign: "pause", kind: "small", ...named(t("pause")), onclick: () => act("pause") }));
    list.push(button(t("cancel"), { key: "cancel", sign: "cancel", kind: "small", ...named(t("cancel")), onclick: async () => {
      if (await confirm(t("cancelJobTitle"), t("cancelJobText", { label: job.label || job.id }), t("cancelJobYes"))) act("cancel", t("jobCancelled"));
    } }));
  }
  return h("div", { class: "actions" }, list);
}
