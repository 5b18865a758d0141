// A form that sends an event, with templates for the events that are known.

import { get, getAll, newKey, postText } from "./api.js";
import { notify } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { pretty } from "./exact.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { heading, problem } from "./parts.js";
import { go, to } from "./router.js";

/** What the pipeline's own events carry. */
const templates = {
  "film/make.requested": { brief: "/path/to/brief.md", output: "/path/to/film.mp4", budgetDollars: 5, maximumScenes: 6 },
  "project/continue.requested": { project: "", atMS: 0 },
  "project/cleanup.requested": { project: "" },
  "document/uploaded": { project: "", generation: 1 },
  "script/generate.requested": { project: "", generation: 1 },
  "scene/process.requested": { project: "", generation: 1, scene: "" },
  "speech/generate.requested": { project: "", generation: 1, scene: "" },
  "avatar/generate.requested": { project: "", generation: 1, scene: "" },
  "avatar/polling.start": { project: "", generation: 1, scene: "", attempt: "" },
  "background/generate.requested": { project: "", generation: 1, scene: "" },
  "veo/polling.start": { project: "", generation: 1, scene: "", attempt: "" },
  "captions/build.requested": { project: "", generation: 1, scene: "" },
  "video/render.requested": { project: "", generation: 1, scene: "" },
  "poster/make.requested": { project: "", generation: 1 },
};

export async function show({ place, values, signal, setTitle }) {
  setTitle(t("sendEvent"));
  const state = { name: values.query.get("name") ?? "", data: "{}", id: "", problems: {}, error: null, isTouched: false, isSending: false };
  let names = Object.keys(templates);
  let key = newKey();
  const form = h("form", { class: "send-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); send(); } });
  place.append(heading(t("sendEvent"), { back: ["/ui/events", t("navEvents")], lead: t("sendLead") }), form);
  const template = (name) => JSON.stringify(name === "project/continue.requested" ? { project: "", atMS: Date.now() } : templates[name] ?? {}, null, 2);
  if (state.name) state.data = template(state.name);

  function choose(name) {
    Object.assign(state, { name, data: template(name), problems: {}, error: null, isTouched: false });
    draw();
    document.getElementById("event-data").value = state.data;
    document.getElementById("event-name").value = name;
  }

  /** Something else is another event, and what was wrong before is not said of it. */
  function changed(name) {
    key = newKey();
    if (!state.problems[name] && !state.error) return;
    Object.assign(state, { problems: { ...state.problems, [name]: null }, error: null });
    draw();
  }

  function draw() {
    const { problems } = state;
    const described = (name, ...ids) => [...ids, problems[name] && "event-" + name + "-error"].filter(Boolean).join(" ") || null;
    const wrong = (name) => problems[name] && h("p", { class: "field-error", id: "event-" + name + "-error" }, icon("warning"), h("span", null, problems[name]));
    fill(form,
      h("div", { class: "field" }, h("label", { for: "event-template" }, t("template")),
        h("select", { id: "event-template", onchange: (event) => { if (event.currentTarget.value) choose(event.currentTarget.value); } },
          h("option", { value: "", selected: !names.includes(state.name) }, t("noTemplate")),
          names.map((name) => h("option", { value: name, selected: name === state.name }, name)))),
      h("div", { class: "field" }, h("label", { for: "event-name" }, t("eventName")),
        h("input", { id: "event-name", value: state.name, autocomplete: "off", spellcheck: "false", class: "code", placeholder: "shop/order.created", "aria-invalid": problems.name ? "true" : null, "aria-describedby": described("name"),
          oninput: (event) => { state.name = event.currentTarget.value; changed("name"); } }), wrong("name")),
      h("div", { class: "field" }, h("label", { for: "event-data" }, t("data")),
        h("textarea", { id: "event-data", class: "code", rows: "12", spellcheck: "false", value: state.data, "aria-invalid": problems.data ? "true" : null, "aria-describedby": described("data", "event-data-hint"),
          oninput: (event) => { state.data = event.currentTarget.value; state.isTouched = true; changed("data"); } }),
        h("p", { class: "hint", id: "event-data-hint" }, t("dataHint")), wrong("data")),
      h("div", { class: "field" }, h("label", { for: "event-id" }, t("eventID")),
        h("input", { id: "event-id", value: state.id, autocomplete: "off", spellcheck: "false", class: "code", "aria-invalid": problems.id ? "true" : null, "aria-describedby": described("id", "event-id-hint"),
          oninput: (event) => { state.id = event.currentTarget.value; changed("id"); } }),
        h("p", { class: "hint", id: "event-id-hint" }, t("eventIDHint")), wrong("id")),
      state.error && problem(state.error),
      h("div", { class: "actions", key: "actions" }, h("button", { type: "submit", class: "button primary", "aria-disabled": state.isSending ? "true" : null }, icon("send"), h("span", null, t("send")))));
  }

  async function send() {
    if (state.isSending) return;
    Object.assign(state, { problems: {}, error: null });
    if (!state.name.trim()) state.problems.name = t("nameMissing");
    try {
      const data = JSON.parse(state.data);
      if (data === null || typeof data !== "object" || Array.isArray(data)) state.problems.data = t("dataNoObject");
    } catch (error) {
      state.problems.data = t("dataBroken", { error: error.message });
    }
    draw();
    if (focusWrong()) return;
    state.isSending = true;
    const name = state.name.trim();
    const members = [`"name":${JSON.stringify(name)}`, `"data":${state.data}`];
    if (state.id.trim()) members.push(`"id":${JSON.stringify(state.id.trim())}`);
    try {
      // As it was typed: numbers that JavaScript cannot hold are not changed.
      const answer = await postText("events", `{${members.join()}}`, { key });
      notify(t("sent", { name }));
      // The form has done its work; a second Enter sends nothing.
      if (!signal.aborted && answer.ids?.[0]) return go(to("events", answer.ids[0]));
    } catch (error) {
      if (!sort(error)) state.error = error;
    }
    state.isSending = false;
    if (signal.aborted) return;
    draw();
    if (!focusWrong()) form.querySelector(".problem")?.focus();
  }

  /** Errors go to the fields that they are about; gives whether all did. */
  function sort(error) {
    const list = (error.diagnostics ?? []).map((one) => [String(one.pointer ?? "").split("/")[1], one]);
    if (!list.length || !list.every(([field]) => ["name", "data", "id"].includes(field))) return false;
    for (const [field, one] of list) state.problems[field] = String(one.message).replace(/^'\/[^']*' /, "");
    return true;
  }

  function focusWrong() {
    const field = ["name", "data", "id"].find((name) => state.problems[name]);
    if (field) document.getElementById("event-" + field).focus();
    return Boolean(field);
  }

  draw();
  const like = values.query.get("like");
  if (like) {
    try {
      const event = await get("events/" + encodeURIComponent(like), {}, signal, ["data"]);
      if (!state.isTouched) Object.assign(state, { name: event.name, data: pretty(event.data_text ?? "{}") });
    } catch (error) {
      if (!signal.aborted) state.error = error;
    }
    if (!signal.aborted) draw();
  }
  try {
    const functions = await getAll("functions", {}, 400, signal);
    const triggers = functions.flatMap((one) => one.triggers ?? []).map((trigger) => trigger.event).filter(Boolean);
    names = [...new Set([...names, ...triggers])].sort();
    draw();
  } catch {}
}
