// One film: its scenes, the player, costs, the brief, and what can be done.

import { get, getAll, post, remove } from "./api.js";
import { announce, askText, attempt, confirm } from "./dialogs.js";
import { fill, h, paced, safeAddress } from "./dom.js";
import { bytes, languageName, money, none, number, percent, readBound, span, tick } from "./format.js";
import { icon } from "./icons.js";
import { hasText, language, stateWord, t } from "./i18n.js";
import { keep } from "./live.js";
import { badge, button, facts, heading, idText, message, problem, progress, section, skeleton, table, tone, warnings } from "./parts.js";
import { go, to } from "./router.js";
import { hasFailed, sceneCard } from "./scene-card.js";
import { reason } from "./told.js";

export function show({ place, values, signal, setTitle }) {
  const path = "projects/" + encodeURIComponent(values.id);
  setTitle(t("project"));
  fill(place, heading(t("project"), { back: ["/ui/projects", t("navProjects")] }), skeleton(8));
  let costs = [];
  let assets = null;
  let choices = null;
  let queue = null;
  let isLeaving = false;
  const loadCosts = async () => { costs = await getAll(path + "/costs", {}, 200, signal).catch(() => costs); };
  const page = keep({
    topics: ["project:" + values.id, "projects", "costs", "queue"], signal,
    async load(signal) {
      const [project] = await Promise.all([get(path, {}, signal), loadCosts(), loadAround(signal)]);
      // The film itself is a file too.
      if (assets !== null) againFiles();
      return project;
    },
    hear(project, kind, data) {
      if (isLeaving) return false;
      if (kind === "project_removed" && data.id === project.id) { go("/ui/projects"); return false; }
      if (kind === "queue") { queue = { ...queue, ...data }; return true; }
      if (kind === "project" && data.id === project.id) return hearProject(project, data);
      if (kind === "scene" && data.project_id === project.id) return hearScene(project, data);
      if (kind === "cost" && data.project_id === project.id) return hearCost(data);
      return false;
    },
    show: draw,
    fail(error, isShown) {
      if (isShown) return;
      fill(place, heading(t("project"), { back: ["/ui/projects", t("navProjects")] }), problem(error, { again: () => page.reload() }));
    },
  });

  /** What the page can do without: words for the settings, and whether the queue stands. */
  async function loadAround(signal) {
    const kept = (path, old) => get(path, {}, signal).catch(() => old);
    [choices, queue] = await Promise.all([choices ?? kept("choices", null), kept("render-queue", queue)]);
  }

  function hearProject(project, data) {
    if (data.updated_at && project.updated_at && data.updated_at < project.updated_at) return false;
    const isOther = data.state !== project.state;
    Object.assign(project, data);
    // What only the whole project tells: captions, the document, the new list of scenes.
    if (isOther || (data.scenes?.total ?? 0) !== project.scene_list.length) page.reload();
    return true;
  }

  function hearCost(data) {
    const index = costs.findIndex((cost) => cost.attempt_id === data.attempt_id);
    if (index < 0) costs.unshift(data); else costs[index] = data;
    return true;
  }

  function hearScene(project, data) {
    const index = project.scene_list.findIndex((scene) => scene.id === data.id);
    if (index < 0) project.scene_list.push(data);
    else {
      const old = project.scene_list[index];
      if (old.updated_at && data.updated_at && data.updated_at < old.updated_at) return false;
      if (hasFailed(data) && !hasFailed(old)) announce(t("sceneFailed", { number: data.position + 1, text: data.message }));
      project.scene_list[index] = { ...old, ...data };
      if (assets !== null && JSON.stringify(old.assets) !== JSON.stringify(data.assets)) againFiles();
    }
    project.scene_list.sort((one, other) => one.position - other.position);
    return true;
  }

  const loadFiles = async () => { assets = await getAll(path + "/assets", {}, 400, signal); page.draw(); };
  const againFiles = paced(() => { loadFiles().catch(() => {}); }, 1000);
  signal.addEventListener("abort", () => againFiles.cancel());

  async function act(action, said) {
    if (await attempt(action, said)) page.reload();
  }

  function actions(project) {
    const list = [];
    if (project.state === "paused") {
      list.push(button(t("continue"), { key: "continue", sign: "play", kind: "primary", onclick: () => resume(project) }));
    }
    if (["failed", "cancelled"].includes(project.state)) {
      list.push(button(t("retry"), { key: "retry", sign: "retry", kind: "primary", onclick: () => act(() => post(path + "/retry"), t("retried")) }));
    }
    if (isUnderWay(project)) {
      list.push(button(t("cancel"), { key: "cancel", sign: "cancel", onclick: async () => {
        if (await confirm(t("cancelTitle"), t("cancelText"), t("cancelYes"))) act(() => post(path + "/cancel"), t("cancelled"));
      } }));
    }
    list.push(button(t("delete"), { key: "delete", sign: "remove", kind: "quiet", onclick: () => destroy(project) }));
    return list;
  }

  async function resume(project) {
    if (!/budget/i.test(project.error_code ?? "")) return act(() => post(path + "/continue"), t("continued"));
    const now = (project.budget_microdollars ?? project.spent_microdollars ?? 0) / 1e6;
    const text = await askText(t("raiseTitle"), {
      text: t("raiseText", { spent: money(project.spent_microdollars), budget: money(project.budget_microdollars) }),
      label: t("budgetDollars"), inputmode: "decimal", value: String(Math.ceil((now + 1) * 2) / 2), yes: t("continue"),
      check: (value) => readBound("budget", value) > 0 ? null : t("budgetWrong"),
    });
    if (text !== null) act(() => post(path + "/continue", { budget_microdollars: Math.round(readBound("budget", text) * 1e6) }), t("continued"));
  }

  async function destroy(project) {
    if (!await confirm(t("deleteTitle"), t("deleteText", { title: project.title }), t("deleteYes"), { isDangerous: true })) return;
    // Messages about its end would ask for what is gone.
    isLeaving = true;
    if (!await attempt(() => remove(path), t("deleted"))) isLeaving = false;
    else if (!signal.aborted) go("/ui/projects");
  }

  function draw(project) {
    setTitle(project.title || t("untitled"));
    place.dataset.loaded = "true";
    const scenes = project.scene_list ?? [];
    fill(place,
      heading(h("span", { lang: project.language, dir: "auto" }, project.title || t("untitled")), { back: ["/ui/projects", t("navProjects")], actions: actions(project) }),
      standing(project, queue),
      film(project),
      warnings(project.warnings),
      section(t("scenes"), { id: "scenes", note: scenes.length ? t("scenesDone", { done: project.scenes?.done ?? 0, total: scenes.length }) : null },
        scenes.length
          ? h("ol", { class: "scenes" }, scenes.map((scene) => sceneCard(scene, { act })))
          : h("p", { class: "soft" }, isUnderWay(project) ? t("scenesComing") : t("noScenes"))),
      h("div", { class: "columns" }, documentPart(project), settingsPart(project, choices)),
      costsPart(project, costs),
      filesPart(project));
    // The player stays as it is; a poster that has come since may still be put on it.
    const player = place.querySelector(".player");
    const poster = project.poster_url && safeAddress(project.poster_url);
    if (player && poster && player.getAttribute("poster") !== poster) player.setAttribute("poster", poster);
  }

  function filesPart(project) {
    return section(t("files"), { id: "files" },
      assets === null
        ? button(t("showFiles"), { onclick: () => attempt(loadFiles) })
        : assets.length === 0 ? h("p", { class: "soft" }, t("noFiles")) : table(t("files"), [
          { name: t("role"), isHead: true, cell: (asset) => roleWord(asset.role) },
          { name: t("scene"), cell: (asset) => sceneName(project, asset.scene_id) },
          { name: t("type"), cell: (asset) => typeWord(asset.media_type) },
          { name: t("size"), kind: "number", cell: (asset) => bytes(asset.bytes) },
          { name: t("provider"), cell: (asset) => asset.provider || none },
          { name: t("file"), cell: (asset) => h("a", { href: asset.url, target: "_blank", rel: "noopener" }, t("openFile"), h("span", { class: "unseen" }, ` ${roleWord(asset.role)} ${sceneName(project, asset.scene_id)}`)) },
        ], assets, { key: (asset) => asset.sha256 + asset.role + asset.scene_id }));
  }
}

/** What a file is, in a word: those that are parts of a scene are called like them. */
const roleKeys = { brief: "brief", film: "film", speech: "part_speech", avatar: "part_avatar", background: "part_background", captions: "captions" };
const roleWord = (role) => t(roleKeys[role] ?? "role_" + role);

const isUnderWay = (project) => ["created", "parsing", "writing", "producing", "rendering", "paused"].includes(project.state);
const sceneName = (project, id) => {
  const scene = project.scene_list.find((scene) => scene.id === id);
  return scene ? String(scene.position + 1) : none;
};

/** Only a film that is being rendered has a time that is known. */
function timeLeft({ eta_seconds: seconds }) {
  return seconds === null || seconds === undefined ? t("leftUnknown") : t("left", { time: span(seconds, 0) });
}

function standing(project, queue) {
  const spent = money(project.spent_microdollars ?? 0);
  // A budget of nothing is one too.
  const hasBudget = typeof project.budget_microdollars === "number";
  const isHeld = queue?.paused && project.state === "rendering";
  return h("div", { class: "standing" },
    h("div", { class: "standing-line" }, badge(project.state),
      ["busy", "warn"].includes(tone(project.state)) && h("span", null, percent(project.progress)),
      isUnderWay(project) && project.state !== "paused" && !isHeld && h("span", { class: "soft" }, timeLeft(project)),
      h("span", { class: "soft" }, hasBudget ? t("spentOf", { spent, budget: money(project.budget_microdollars) }) : t("spent", { spent })),
      h("span", { class: "soft" }, t("begun"), " ", tick(project.created_at)),
      project.ended_at && h("span", { class: "soft" }, t("tookTime", { time: span((Date.parse(project.ended_at) - Date.parse(project.created_at)) / 1000, 0) })),
      project.film_job_id && h("a", { href: to("queue", project.film_job_id) }, t("filmJob"))),
    isHeld && message("warn", t("queueIsPaused"), t("filmWaitsForQueue"), h("a", { class: "button", href: "/ui/queue" }, t("navQueue"))),
    isUnderWay(project) && progress(project.progress, t("progressOf", { title: project.title }), project.state),
    project.state !== "done" && message(project.state === "failed" ? "bad" : project.state === "paused" ? "warn" : "plain", reason(project.error_code, project.message), project.advice));
}

function film(project) {
  if (!project.film) return null;
  const captions = project.captions_url;
  const name = (project.title || "film").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase() || "film";
  const { width, height } = project.settings ?? {};
  return section(t("film"), { id: "film", actions: [
    captions && h("a", { class: "button", href: captions, download: name + ".vtt" }, icon("text"), h("span", null, t("downloadCaptions"))),
    h("a", { class: "button", href: project.film.url, download: name + ".mp4" }, icon("download"), h("span", null, t("download"), " ", h("span", { class: "soft" }, bytes(project.film.bytes)))),
  ] },
  h("video", {
    key: project.film.url + captions, "data-kept": true, class: "player" + (height > width ? " tall" : ""), controls: true, preload: "metadata", playsinline: true,
    poster: project.poster_url, src: project.film.url, "aria-label": t("filmLabel", { title: project.title }),
    // The frame has its place before the film is there.
    style: width && height ? { "aspect-ratio": `${width} / ${height}`, "--shape": String(width / height) } : {},
  }, captions && h("track", { kind: "captions", src: captions, srclang: project.language ?? language, label: t("captions"), default: !(project.settings?.has_captions ?? project.settings?.captions ?? true) })));
}

function documentPart({ document }) {
  if (!document) return null;
  return section(t("brief"), { id: "brief" },
    facts([
      [t("name"), document.name], [t("type"), typeWord(document.media_type)], [t("size"), bytes(document.bytes)],
      document.pages ? [t("pages"), number(document.pages)] : null,
      document.language ? [t("language"), languageName(document.language)] : null,
    ]),
    document.warnings?.length > 0 && h("ul", { class: "plain-list" }, document.warnings.map((text) =>
      h("li", null, message("warn", typeof text === "string" ? text : text.message, text.advice)))));
}

/** Settings that are shown, and their names: some are called as elsewhere. */
const shown = {
  script_provider: "setting_script_provider", speech_provider: "setting_speech_provider", voice: "setting_voice", avatar_provider: "setting_avatar_provider",
  character: "setting_character", background_provider: "setting_background_provider", language: "language", rate: "setting_rate",
  maximum_scenes: "scenesMost", target_seconds: "secondsWanted", captions: "captions",
};

function settingsPart({ settings }, choices) {
  if (!settings) return null;
  const pairs = Object.entries(shown).filter(([name]) => settings[name] !== undefined && settings[name] !== null).map(([name, key]) => [t(key), settingText(name, settings[name], choices)]);
  if (settings.width && settings.height) pairs.push([t("setting_size"), `${settings.width} × ${settings.height}`]);
  return section(t("settings"), { id: "settings" }, facts(pairs));
}

const lists = { script_provider: "scripts", speech_provider: "voices", avatar_provider: "avatars", background_provider: "backgrounds" };

function settingText(name, value, choices) {
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (name === "language") return languageName(value);
  if (name === "avatar_provider" && value === "drawn") return t("drawnSpeaker");
  const id = name === "character" ? "drawn:" + value : value;
  const list = choices?.[name === "character" ? "avatars" : lists[name]] ?? [];
  if (name in lists && hasText("choice_" + value)) return t("choice_" + value);
  const choice = list.find((one) => one.id === id);
  if (choice?.title) return choice.title;
  return Array.isArray(value) ? value.join(" × ") : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function costsPart(project, costs) {
  return section(t("navCosts"), { id: "costs", note: money(project.spent_microdollars ?? 0) },
    costs.length === 0 ? h("p", { class: "soft" }, t("noCosts")) : table(t("navCosts"), [
      { name: t("capability"), isHead: true, cell: (cost) => capabilityWord(cost.capability) },
      { name: t("provider"), cell: (cost) => cost.provider },
      { name: t("scene"), cell: (cost) => sceneName(project, cost.scene_id) },
      { name: t("state"), cell: (cost) => stateWord(cost.state) },
      { name: t("amount"), kind: "number", cell: amountText },
      { name: t("estimate"), kind: "number", cell: (cost) => money(cost.estimate_microdollars) },
      { name: t("actual"), kind: "number", cell: (cost) => money(cost.actual_microdollars) },
      { name: t("at"), kind: "moment", cell: (cost) => tick(cost.at) },
    ], costs, { key: (cost) => cost.attempt_id }));
}

/** What an attempt has used; local ones use nothing that is counted. */
export function amountText({ amount, unit }) {
  if (!amount || unit === "none") return none;
  const key = "unit_" + unit;
  return hasText(key) ? t(key, { count: Math.round(amount * 10) / 10 }) : `${number(amount, 1)} ${unit ?? ""}`;
}

export function capabilityWord(name) {
  return ["script", "speech", "avatar", "background", "image"].includes(name) ? t("part_" + name) : String(name ?? "");
}

const typeWords = {
  "text/markdown": "Markdown", "application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG", "video/mp4": "MP4", "video/quicktime": "QuickTime",
  "audio/wav": "WAV", "audio/x-wav": "WAV", "application/json": "JSON", "text/vtt": "WebVTT",
};

/** A media type as people call it. */
export const typeWord = (type) => type === "text/plain" ? t("someText") : typeWords[type] ?? (type || none);
