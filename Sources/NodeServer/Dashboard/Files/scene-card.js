// A scene: how far each of its parts is.

import { post } from "./api.js";
import { h } from "./dom.js";
import { length, percent } from "./format.js";
import { stateWord, t } from "./i18n.js";
import { badge, button, message, picture, progress } from "./parts.js";

const parts = ["speech", "avatar", "background", "captions", "render"];

/** `act(action, said)` does what is asked for and draws the project anew. */
export function sceneCard(scene, { act }) {
  const failed = hasFailed(scene);
  const waits = parts.some((part) => scene[part] === "waiting");
  const number = scene.position + 1;
  // The node writes what helps below what failed.
  const [what, advice] = (scene.message ?? "").split(/\n\s*→ /);
  return h("li", { class: "scene", key: scene.id, id: "scene-" + scene.id },
    h("div", { class: "poster" }, picture(scene.thumbnail_url),
    scene.seconds ? h("span", { class: "poster-note" }, length(scene.seconds)) : null),
    h("div", { class: "scene-body" },
      h("h3", null, h("span", { class: "scene-number" }, String(number)), " ", h("span", { dir: "auto" }, scene.title || t("sceneNumber", { number }))),
      scene.narration && h("details", { class: "narration" },
        h("summary", null, h("span", { dir: "auto" }, scene.narration)), h("p", { dir: "auto" }, scene.narration)),
      h("ul", { class: "stages" }, parts.map((part) => stage(scene, part, number))),
      message(failed ? "bad" : waits ? "warn" : "plain", what, scene.advice ?? advice,
        ...(failed ? [button(t("retryScene"), { sign: "retry", "aria-label": t("retrySceneNumber", { number }), onclick: () => act(() => post(`scenes/${encodeURIComponent(scene.id)}/retry`), t("retried")) })] : []))));
}

export const hasFailed = (scene) => parts.some((part) => scene[part] === "failed");

function stage(scene, part, number) {
  const state = scene[part] ?? "pending";
  const share = scene.progress?.[part];
  // Providers that do not say how far they are give 0 until they are done.
  const isMoving = state === "running" && share > 0;
  return h("li", { class: "stage" },
    h("span", { class: "stage-name" }, t("part_" + part)),
    isMoving
      ? [progress(share, `${t("sceneNumber", { number })}: ${t("part_" + part)}`, state), h("span", { class: "stage-part" }, percent(share))]
      : badge(state, stateWord(state)));
}
