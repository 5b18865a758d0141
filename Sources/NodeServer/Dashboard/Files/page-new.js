// A new film: the brief, how the film is to be, what it would cost, and the beginning.

import { get, newKey, post, upload } from "./api.js";
import { announce } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { bounds, bytes, length, money, number, percent, readBound } from "./format.js";
import { icon } from "./icons.js";
import { hasText, t } from "./i18n.js";
import { button, heading, problem, progress } from "./parts.js";
import { go, to } from "./router.js";

const endings = ".pdf,.md,.markdown,.txt";
const largest = 100_000_000;
const pictures = ".png,.jpg,.jpeg,.webp";

/** What was typed stays when the page is left and opened again; the tab forgets it with itself. */
const drafts = {
  get() { try { return JSON.parse(sessionStorage.getItem("draft")) ?? {}; } catch { return {}; } },
  set(draft) { try { sessionStorage.setItem("draft", JSON.stringify(draft)); } catch {} },
};

export async function show({ place, signal, setTitle }) {
  setTitle(t("newFilm"));
  const draft = { source: "file", values: {}, ...drafts.get() };
  const keepDraft = () => drafts.set(draft);
  let choices = null;
  let uploading = null;
  let estimate = null;
  let estimating = null;
  let problems = {};
  let general = null;
  let isStarting = false;
  let startKey = newKey();

  const form = h("form", { class: "new-film", novalidate: true, onsubmit: (event) => { event.preventDefault(); start(); } });
  const side = h("div", { class: "side" });
  place.append(heading(t("newFilm"), { back: ["/ui/projects", t("navProjects")], lead: t("newFilmLead") }),
    h("div", { class: "new-columns" }, form, side));

  const isReady = () => draft.source === "text" ? (draft.text ?? "").trim() !== "" : Boolean(draft.document);

  function request() {
    const body = {};
    if (draft.source === "text") {
      body.text = draft.text;
      if (draft.name) body.name = draft.name;
    } else {
      body.document_id = draft.document?.id;
    }
    const { language, voice, avatar, background, size, scenes, seconds, script, budget, captions } = draft.values;
    Object.assign(body, clean({ language, voice, avatar, background, size, script }));
    if (avatar === "portrait") {
      delete body.avatar;
      if (draft.portrait) body.portrait_document_id = draft.portrait.id;
    }
    const [most, wanted, dollars] = [readBound("scenes", scenes), readBound("seconds", seconds), readBound("budget", budget)];
    if (most !== null) body.scenes = most;
    if (wanted !== null) body.seconds = wanted;
    if (dollars !== null) body.budget_microdollars = Math.round(dollars * 1e6);
    if (captions === false) body.captions = false;
    return body;
  }

  // MARK: The form

  function draw() {
    fill(form, sourcePart(),
      h("fieldset", { key: "look" }, h("legend", null, t("howLegend")),
        h("div", { class: "fields" },
          choice("language", "languages", t("languageOfBrief")),
          choice("voice", "voices", t("usualVoice")),
          choice("avatar", "avatars", t("usualAvatar"), [["portrait", t("ownPortrait")]]),
          choice("background", "backgrounds", t("usualBackground")),
          choice("script", "scripts", t("usualScript")),
          choice("size", "sizes", t("usualSize"))),
        draft.values.avatar === "portrait" && portraitPart(),
        h("label", { class: "check" },
          h("input", { type: "checkbox", id: "field-captions", checked: draft.values.captions !== false, onchange: (event) => change("captions", event.currentTarget.checked) }),
          h("span", null, t("withCaptions")))),
      h("fieldset", { key: "bounds" }, h("legend", null, t("boundsLegend")),
        h("div", { class: "fields" },
          numberField("scenes", t("scenesMost"), { placeholder: "12", inputmode: "numeric" }),
          numberField("seconds", t("secondsWanted"), { placeholder: t("asLongAsBrief") }),
          numberField("budget", t("budgetDollars"), { placeholder: t("noBudget"), hint: t("budgetHint") }))));
    drawSide();
  }

  function sourcePart() {
    const radio = (name, label, sign) => h("label", { class: "tab" },
      h("input", { type: "radio", name: "source", value: name, checked: draft.source === name, onchange: () => { draft.source = name; problems.brief = null; changed(); draw(); } }),
      icon(sign), h("span", null, label));
    return h("fieldset", { key: "source" }, h("legend", null, t("brief")),
      h("div", { class: "tabs" }, radio("file", t("aFile"), "upload"), radio("text", t("someText"), "text")),
      draft.source === "file" ? filePart() : textPart());
  }

  function filePart() {
    const error = problems.brief;
    return h("div", { class: "drop" + (draft.document ? " full" : ""), key: "file",
      ondragover: (event) => { event.preventDefault(); event.currentTarget.classList.add("over"); },
      ondragleave: (event) => event.currentTarget.classList.remove("over"),
      ondrop: (event) => { event.preventDefault(); event.currentTarget.classList.remove("over"); take(event.dataTransfer.files[0]); } },
    uploading
      ? h("div", { class: "uploading" }, h("p", null, t("uploading", { name: uploading.name })),
        progress(uploading.part, t("uploading", { name: uploading.name })), h("p", { class: "soft" }, percent(uploading.part)),
        button(t("stop"), { onclick: () => uploading.stop.abort() }))
      : [icon(draft.document ? "done" : "upload"),
        draft.document
          ? h("p", null, h("strong", null, draft.document.name), " ", h("span", { class: "soft" }, bytes(draft.document.bytes)))
          : h("p", null, t("dropHere")),
        h("label", { class: "button file-button" }, h("span", null, draft.document ? t("otherFile") : t("chooseFile")),
          h("input", { type: "file", id: "field-brief", accept: endings, "aria-describedby": "brief-hint" + (error ? " brief-error" : ""), "aria-invalid": error ? "true" : null,
            onchange: (event) => { take(event.currentTarget.files[0]); event.currentTarget.value = ""; } })),
        h("p", { class: "hint", id: "brief-hint" }, t("fileHint"))],
    error && fieldError("brief-error", error));
  }

  function textPart() {
    const error = problems.brief;
    return h("div", { key: "text" },
      h("div", { class: "field" }, h("label", { for: "field-text" }, t("briefText")),
        h("textarea", { id: "field-text", rows: "12", dir: "auto", value: draft.text ?? "", "aria-describedby": "text-hint" + (error ? " text-error" : ""), "aria-invalid": error ? "true" : null,
          oninput: (event) => { draft.text = event.currentTarget.value; changed(); settle("brief"); } }),
        h("p", { class: "hint", id: "text-hint" }, t("textHint")),
        error && fieldError("text-error", error)));
  }

  function portraitPart() {
    const error = problems.portrait;
    return h("div", { class: "field portrait" },
      h("label", { class: "button file-button" }, icon("upload"), h("span", null, draft.portrait ? t("otherPortrait") : t("choosePortrait")),
        h("input", { type: "file", id: "field-portrait", accept: pictures, "aria-describedby": error ? "portrait-error" : null, "aria-invalid": error ? "true" : null, onchange: (event) => takePortrait(event.currentTarget.files[0]) })),
      draft.portrait && h("span", null, draft.portrait.name),
      error && fieldError("portrait-error", error));
  }

  function choice(name, list, usual, more = []) {
    const items = (choices?.[list] ?? []).map(readChoice);
    const chosen = draft.values[name] ?? "";
    const usualName = items.find((item) => item.isUsual)?.name;
    const lacking = items.find((item) => item.value === chosen)?.missing ?? [];
    const error = problems[name];
    const id = "field-" + name;
    return h("div", { class: "field" }, h("label", { for: id }, t("setting_" + name)),
      h("select", { id, "aria-describedby": error || lacking.length ? id + "-note" : null, "aria-invalid": error ? "true" : null, onchange: (event) => { change(name, event.currentTarget.value); draw(); } },
        h("option", { value: "", selected: chosen === "" }, usualName ? `${usualName} (${t("usual")})` : usual),
        // The usual one stands first already.
        items.filter((item) => !item.isUsual || item.value === chosen).map((item) => h("option", { value: item.value, selected: item.value === chosen },
          item.missing.length ? t("choiceLacks", { name: item.name }) : item.name)),
        more.map(([value, text]) => h("option", { value, selected: value === chosen }, text))),
      error ? fieldError(id + "-note", error)
        : lacking.length > 0 && h("p", { class: "hint warn-text", id: id + "-note" }, lacking.join(", ")));
  }

  function numberField(name, label, { hint, ...more }) {
    const id = "field-" + name;
    const error = problems[name];
    return h("div", { class: "field" }, h("label", { for: id }, label),
      // A field of numbers gives an empty text for what it cannot read, as if nothing stood there.
      h("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", value: draft.values[name] ?? "", "aria-describedby": error || hint ? id + "-note" : null, "aria-invalid": error ? "true" : null,
        oninput: (event) => change(name, event.currentTarget.value), ...more }),
      error ? fieldError(id + "-note", error) : hint && h("p", { class: "hint", id: id + "-note" }, hint));
  }

  function change(name, value) {
    draft.values[name] = value;
    changed();
    settle(name);
  }

  /** What was wrong in a field is not said of what stands there now. */
  function settle(name) {
    if (!problems[name]) return;
    problems[name] = null;
    draw();
  }

  /** Says what is wrong in every field of the bounds; gives whether all can be read. */
  function check() {
    for (const name in bounds) {
      const isWrong = Number.isNaN(readBound(name, draft.values[name]));
      problems[name] = isWrong ? { message: t("wrong_" + name, spoken(name)) } : null;
    }
    return !Object.keys(bounds).some((name) => problems[name]);
  }

  // MARK: Files

  async function take(file) {
    if (!file) return;
    problems.brief = null;
    if (!endings.split(",").some((ending) => file.name.toLowerCase().endsWith(ending))) {
      problems.brief = { message: t("wrongFile", { name: file.name }), advice: t("wrongFileAdvice") };
      return draw();
    }
    if (file.size === 0 || file.size > largest) {
      problems.brief = { message: t(file.size ? "largeFile" : "emptyFile", { name: file.name }), advice: t("largeFileAdvice") };
      return draw();
    }
    uploading?.stop.abort();
    const mine = uploading = { name: file.name, part: 0, stop: new AbortController() };
    signal.addEventListener("abort", () => mine.stop.abort());
    draft.document = null;
    draw();
    try {
      const document = await upload(file, { key: newKey(), signal: mine.stop.signal, progress: (part) => { mine.part = part; if (uploading === mine) draw(); } });
      if (uploading !== mine) return;
      draft.document = { id: document.id, name: document.name ?? file.name, bytes: document.bytes ?? file.size };
      announce(t("uploaded", { name: file.name }));
    } catch (error) {
      if (uploading !== mine || signal.aborted) return;
      if (!mine.stop.signal.aborted) problems.brief = error;
    }
    uploading = null;
    changed();
    draw();
    document.getElementById("field-brief")?.focus();
  }

  async function takePortrait(file) {
    if (!file) return;
    problems.portrait = null;
    try {
      const document = await upload(file, { key: newKey(), signal });
      draft.portrait = { id: document.id, name: document.name ?? file.name };
    } catch (error) {
      if (signal.aborted) return;
      problems.portrait = error;
    }
    changed();
    draw();
  }

  // MARK: Estimate and beginning

  let timer = null;
  function changed() {
    keepDraft();
    general = null;
    startKey = newKey();
    clearTimeout(timer);
    estimating?.abort();
    estimate = null;
    timer = setTimeout(() => { if (isReady()) ask(); else if (!check()) draw(); }, 450);
    drawSide();
  }

  async function ask() {
    if (!check()) return draw();
    const mine = estimating = new AbortController();
    signal.addEventListener("abort", () => mine.abort());
    drawSide();
    try {
      const answer = await post("projects/estimate", request(), { signal: mine.signal });
      if (mine.signal.aborted) return;
      estimate = answer;
      if (Object.values(problems).some(Boolean)) {
        problems = { portrait: problems.portrait };
        draw();
      }
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!sort(error)) general = error;
      draw();
    }
    if (estimating === mine) estimating = null;
    drawSide();
  }

  /** Errors go to the fields that they are about; gives whether all did. */
  function sort(error) {
    const fields = { text: "brief", document_id: "brief", name: "brief", portrait_document_id: "portrait", budget_microdollars: "budget" };
    let isPlaced = error.diagnostics?.length > 0;
    for (const one of error.diagnostics ?? []) {
      const name = String(one.pointer ?? "").split("/")[1] ?? "";
      const field = fields[name] ?? name;
      if (["brief", "portrait", "language", "voice", "avatar", "background", "size", "script", "scenes", "seconds", "budget"].includes(field)) problems[field] = told(field, one);
      else isPlaced = false;
    }
    return isPlaced;
  }

  async function start() {
    if (isStarting) return;
    // All that is wrong is said at once.
    check();
    if (!isReady()) problems.brief = { message: t("noBrief"), advice: draft.source === "file" ? t("noBriefFile") : t("noBriefText") };
    if (draft.values.avatar === "portrait" && !draft.portrait) problems.portrait = { message: t("noPortrait") };
    if (!isReady() || ["portrait", ...Object.keys(bounds)].some((name) => problems[name])) {
      draw();
      return form.querySelector('[aria-invalid="true"]').focus();
    }
    isStarting = true;
    general = null;
    drawSide();
    try {
      const project = await post("projects", request(), { key: startKey });
      drafts.set({ values: draft.values, source: draft.source });
      announce(t("started", { title: project.title }));
      if (!signal.aborted) go(to("projects", project.id));
    } catch (error) {
      isStarting = false;
      if (signal.aborted) return;
      if (!sort(error)) general = error;
      if (error.status !== 0) startKey = newKey();
      draw();
      (form.querySelector('[aria-invalid="true"]') ?? side.querySelector(".problem") ?? side.querySelector(".button")).focus();
    }
  }

  function drawSide() {
    fill(side, h("section", { class: "estimate", "aria-labelledby": "estimate-title" },
      h("h2", { id: "estimate-title" }, t("estimateTitle")),
      h("div", { "aria-live": "polite", "aria-busy": estimating ? "true" : "false" }, estimateText()),
      general && problem(general),
      h("button", { type: "button", class: "button primary large", onclick: start, "aria-disabled": isStarting ? "true" : null },
        icon("play"), h("span", null, isStarting ? t("starting") : t("start"))),
      h("p", { class: "hint" }, t("startHint"))));
  }

  function estimateText() {
    if (!isReady()) return h("p", { class: "soft" }, t("estimateNone"));
    if (!estimate) return h("p", { class: "soft" }, general || Object.values(problems).some(Boolean) ? t("estimateFailed") : t("estimating"));
    const hindrances = estimate.problems ?? [];
    if (hindrances.length > 0) {
      return h("ul", { class: "plain-list" }, hindrances.map((one) =>
        h("li", { class: "warn-text" }, icon("warning"), h("span", null, typeof one === "string" ? one : [one.message, one.advice].filter(Boolean).join(" → ")))));
    }
    const scenes = estimate.scenes ?? [];
    return h("div", null,
      h("dl", { class: "figures" },
        estimate.title && h("div", null, h("dt", null, t("title")), h("dd", null, estimate.title)),
        h("div", null, h("dt", null, t("scenes")), h("dd", null, number(scenes.length))),
        h("div", null, h("dt", null, t("length")), h("dd", null, length(estimate.seconds))),
        h("div", null, h("dt", null, t("estimatedCost")), h("dd", null, estimate.microdollars ? money(estimate.microdollars) : t("free")))),
      (estimate.items ?? []).length > 0 && h("ul", { class: "plain-list soft" }, estimate.items.filter((item) => item.microdollars).map((item) =>
        h("li", null, `${item.what} · ${item.provider} · ${money(item.microdollars)}`))),
      scenes.length > 0 && h("details", { class: "more" }, h("summary", null, t("scriptSummary")),
        estimate.script_is_draft && h("p", { class: "hint" }, t("scriptDraft")),
        h("ol", { class: "script" }, scenes.map((scene) => h("li", { lang: scene.language }, h("strong", { dir: "auto" }, scene.title), h("p", { class: "soft", dir: "auto" }, scene.narration))))));
  }

  draw();
  if (isReady()) ask();
  try {
    choices = await get("choices", {}, signal);
    draw();
  } catch (error) {
    if (!signal.aborted) { general = error; drawSide(); }
  }
}

/** Without separators of thousands, which the fields do not take either. */
const spoken = (name) => ({ least: String(bounds[name].least), most: String(bounds[name].most) });

/** In the words and units of the form, not in those of the request. */
function told(field, one) {
  if (field in bounds) return { message: t("wrong_" + field, spoken(field)) };
  return { ...one, message: String(one.message ?? "").replace(/^'\/[^']*' /, "") };
}

function fieldError(id, error) {
  return h("p", { class: "field-error", id }, icon("warning"), h("span", null, error.message, error.advice && ` ${error.advice}`));
}

/** A choice as the node names it: what is sent, what is shown, and which settings it lacks. */
function readChoice(item) {
  if (typeof item === "string") return { value: item, name: item, missing: [] };
  const value = String(item.id ?? item.value ?? item.name ?? "");
  const missing = item.missing ?? [];
  const name = hasText("choice_" + value) ? t("choice_" + value) : String(item.title ?? item.name ?? value);
  return { value, name, missing: Array.isArray(missing) ? missing : [missing], isUsual: item.default === true };
}

const clean = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));
