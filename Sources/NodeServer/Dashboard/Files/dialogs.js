// Questions, notices, and what a screen reader is told.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { onLogin, post } from "./api.js";
import { button, problem } from "./parts.js";
import { t } from "./i18n.js";
import { problemText } from "./told.js";

/** Opens a dialog; resolves to what `close(value)` was given, or null. `content(close)` makes its inside. */
export function ask(title, content) {
  return new Promise((resolve) => {
    let answer = null;
    const close = (value) => { answer = value ?? null; dialog.close(); };
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title", onclose: () => {
      dialog.remove();
      // What had the focus before may be gone, or nothing had it.
      if (document.activeElement === document.body) document.querySelector("main h1")?.focus({ preventScroll: true });
      resolve(answer);
    } },
      h("h2", { id: "dialog-title" }, title), content(close));
    if (dialog.querySelector("#dialog-text")) dialog.setAttribute("aria-describedby", "dialog-text");
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Whether a person agrees. */
export function confirm(title, text, yes, { isDangerous = false } = {}) {
  return ask(title, (close) => h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); close(true); } },
    h("p", { id: "dialog-text" }, text),
    h("div", { class: "dialog-actions" },
      button(t("keepIt"), { onclick: () => close(false), autofocus: true }),
      h("button", { type: "submit", class: "button " + (isDangerous ? "danger" : "primary") }, yes))));
}

/** A short text, or null. */
export function askText(title, { text, label, value = "", type = "text", yes, check, ...more }) {
  return ask(title, (close) => {
    const input = h("input", { type, value, id: "dialog-input", required: true, autocomplete: "off", ...more });
    const place = h("p", { class: "field-error", id: "dialog-error" });
    return h("form", { onsubmit: (event) => {
      event.preventDefault();
      const wrong = check?.(input.value);
      if (!wrong) return close(input.value);
      place.textContent = wrong;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", "dialog-error");
      input.focus();
    }, novalidate: true },
    text && h("p", { id: "dialog-text" }, text),
    h("div", { class: "field" }, h("label", { for: "dialog-input" }, label), input, place),
    h("div", { class: "dialog-actions" }, button(t("close"), { onclick: () => close(null) }),
      h("button", { type: "submit", class: "button primary" }, yes)));
  });
}

/** Whether this browser was signed in here; its cookie cannot be read. */
export const signedIn = {
  get() { try { return localStorage.getItem("signedIn") === "yes"; } catch { return false; } },
  set(isIn) { try { if (isIn) localStorage.setItem("signedIn", "yes"); else localStorage.removeItem("signedIn"); } catch {} },
};

let loginUnderWay = null;
onLogin(() => {
  loginUnderWay ??= logIn().finally(() => { loginUnderWay = null; });
  return loginUnderWay;
});

async function logIn() {
  let wrong = null;
  for (;;) {
    const token = await askText(t("loginTitle"), { text: wrong ?? t("loginText"), label: t("token"), type: "password", yes: t("loginYes") });
    if (!token) return false;
    try {
      await post("session", { token: token.trim() });
      signedIn.set(true);
      return true;
    } catch (error) {
      wrong = error.status === 401 ? t("loginWrong") : error.message;
    }
  }
}

/** A notice in the corner: it goes by itself, errors stay until they are closed. */
export function notify(text, { tone = "good", advice } = {}) {
  const place = document.getElementById("toasts");
  const notice = h("div", { class: "toast " + tone, role: tone === "bad" ? "alert" : "status" }, icon(tone === "bad" ? "warning" : "done"),
    h("div", null, h("p", null, text), advice && h("p", { class: "advice" }, advice)),
    h("button", { type: "button", class: "icon-button", "aria-label": t("closeNotice"), onclick: () => notice.remove() }, icon("cancel")));
  place.append(notice);
  while (place.children.length > 4) place.firstChild.remove();
  if (tone !== "bad") setTimeout(() => notice.remove(), 6000);
}

/** Does something a person asked for; its failure becomes a notice. Gives whether it succeeded. */
export async function attempt(action, said) {
  try {
    await action();
    if (said) notify(said);
    return true;
  } catch (error) {
    notify(problemText(error), { tone: "bad", advice: [error.advice, ...(error.diagnostics ?? []).map((one) => one.message)].filter(Boolean).join(" ") });
    return false;
  }
}

let said = [];
let timer = null;
/** Tells a screen reader something, together with what else happens in the same three seconds; at most three things. */
export function announce(text) {
  if (!said.includes(text)) said.push(text);
  timer ??= setTimeout(() => {
    document.getElementById("announcer").textContent = said.slice(-3).join(". ");
    said = [];
    timer = null;
  }, 3000);
}

export { problem };
