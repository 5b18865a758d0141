// One job of the render queue, and its parts.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { none, number, tick, took, when } from "./format.js";
import { t } from "./i18n.js";
import { keep } from "./live.js";
import { filmLink, jobActions, jobProgress } from "./page-queue.js";
import { badge, facts, heading, idText, message, problem, section, skeleton, table, warnings } from "./parts.js";
import { to } from "./router.js";
import { reason } from "./told.js";

export function show({ place, values, signal, setTitle }) {
  setTitle(t("job"));
  fill(place, heading(t("job"), { back: ["/ui/queue", t("navQueue")] }), skeleton());
  const page = keep({
    topics: ["queue"], signal,
    load: (signal) => get("render-jobs/" + encodeURIComponent(values.id), {}, signal),
    hear(job, kind, data) {
      if (kind !== "job") return false;
      if (data.id === job.id) {
        if (data.state !== job.state) page.reload();
        const { parts } = job;
        Object.assign(job, data);
        if (Array.isArray(parts)) job.parts = parts;
        return true;
      }
      const list = partsOf(job);
      const index = list.findIndex((part) => part.id === data.id);
      if (index >= 0) list[index] = { ...list[index], ...data };
      return index >= 0;
    },
    show: draw,
    fail: (error, isShown) => { if (!isShown) fill(place, heading(t("job"), { back: ["/ui/queue", t("navQueue")] }), problem(error, { again: () => page.reload() })); },
  });

  function draw(job) {
    setTitle(job.label || job.id);
    const parts = partsOf(job);
    fill(place,
      heading(job.label || job.id, { back: ["/ui/queue", t("navQueue")], actions: [jobActions(job, () => page.reload())] }),
      h("div", { class: "standing" }, h("div", { class: "standing-line" }, badge(job.state), job.paused && badge("paused"), h("span", { class: "soft" }, t("kind_" + job.kind)), idText(job.id, { isWhole: true }), job.project_id && filmLink(job)),
        job.error ? message("bad", reason(job.error.code, job.error.message), job.error.advice) : h("div", null, jobProgress(job))),
      warnings(job.warnings),
      section(t("details"), { id: "details" }, facts([
        [t("attempt"), `${job.attempt} / ${job.max_attempts}`], [t("priority"), number(job.priority)], [t("profile"), job.profile || none],
        [t("worker"), job.owner ? idText(job.owner) : none], [t("frames_"), job.frames ? `${number(job.frames_done)} / ${number(job.frames)}` : none],
        [t("createdAt"), when(job.created_at)], [t("startedAt"), when(job.started_at)], [t("endedAt"), when(job.ended_at)], [t("time"), took(job.started_at, job.ended_at)],
        job.output_path ? [t("output"), h("code", null, job.output_path)] : null,
      ])),
      parts.length > 0 && section(t("parts"), { id: "parts" }, table(t("parts"), [
        { name: t("job"), isHead: true, cell: (part) => h("a", { href: to("queue", part.id) }, part.label || part.id) },
        { name: t("state"), cell: (part) => badge(part.state) },
        { name: t("progress"), kind: "wide", cell: jobProgress },
        { name: t("worker"), cell: (part) => part.owner ? idText(part.owner) : none },
        { name: t("time"), kind: "number", cell: (part) => took(part.started_at, part.ended_at) },
        { name: t("createdAt"), kind: "moment", cell: (part) => tick(part.created_at) },
      ], parts)));
  }
}

// A job in a list has the number of its parts, one that was asked for has the parts themselves.
const partsOf = (job) => [job.parts, job.part_list].find(Array.isArray) ?? [];
