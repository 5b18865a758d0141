// Pieces that all pages are made of.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { stateWord, t } from "./i18n.js";
import { pretty } from "./exact.js";
import { clamp, number, percent } from "./format.js";
import { problemText, reason } from "./told.js";

const tones = {
  done: "good", completed: "good", done_with_warnings: "warn", failed: "bad",
  running: "busy", leased: "busy", producing: "busy", rendering: "busy", parsing: "busy", writing: "busy", retrying: "warn",
  waiting: "warn", paused: "warn", sleeping: "rest", scheduled: "rest", queued: "rest", blocked: "rest",
};
const signs = {
  completed: "done", leased: "running", producing: "running", rendering: "running", parsing: "running", writing: "running",
  retrying: "retry", paused: "waiting", scheduled: "sleeping", blocked: "queued", created: "pending",
};
export const tone = (state) => tones[state] ?? "calm";

/** A state in a word, a sign, and a colour. */
export function badge(state, label) {
  return h("span", { class: "badge " + tone(state) }, icon(signs[state] ?? state), h("span", null, label ?? stateWord(state)));
}

/** A bar with its number in words; `label` says what goes on. */
export function progress(part, label, state = "running", text) {
  const value = Math.floor(clamp(part) * 100);
  return h("div", {
    class: "bar " + tone(state), role: "progressbar", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100",
    "aria-valuenow": String(value), "aria-valuetext": text ?? percent(part),
  }, h("div", { class: "filled", style: { width: value + "%" } }));
}

export function button(label, { sign, onclick, kind = "", disabled = false, hint, ...more } = {}) {
  return h("button", { type: "button", class: "button " + kind, onclick, disabled, title: hint, ...more },
    sign && icon(sign), h("span", null, label));
}

export function link(path, ...children) {
  return h("a", { href: path }, ...children);
}

/** A page's first line: what it is, facts, and what can be done. */
export function heading(title, { lead, actions = [], back } = {}) {
  return h("div", { class: "heading" },
    back && h("a", { class: "back", href: back[0] }, icon("back"), h("span", null, back[1])),
    h("div", { class: "heading-line" },
      h("h1", { tabindex: "-1" }, title),
      actions.length > 0 && h("div", { class: "actions" }, actions)),
    lead && h("p", { class: "lead" }, lead));
}

export function section(title, ...children) {
  const [options, rest] = isOptions(children[0]) ? [children[0], children.slice(1)] : [{}, children];
  const id = "s-" + (options.id ?? title).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return h("section", { class: "section " + (options.class ?? ""), "aria-labelledby": id, key: options.id ?? id },
    h("div", { class: "section-line" },
      h("h2", { id }, title),
      options.note && h("span", { class: "note" }, options.note),
      options.actions && h("div", { class: "actions" }, options.actions)),
    rest);
}
const isOptions = (value) => value !== null && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value);

/** Names and values. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, value]) =>
    h("div", null, h("dt", null, name), h("dd", null, value ?? "–"))));
}

/** Pictures that could not be loaded, and until when they are not asked for again, milliseconds. */
const missing = new Map();

/** A picture, or a sign in its place where there is none or it cannot be loaded. */
export function picture(address) {
  const isThere = address && !(missing.get(address) > Date.now());
  return [
    isThere && h("img", { key: address, src: address, alt: "", loading: "lazy", decoding: "async", onerror: (event) => {
      missing.set(address, Date.now() + 30_000);
      event.currentTarget.remove();
    } }),
    icon("film"),
  ];
}

/** Nothing is here: what would be, and how it comes to be. */
export function empty(sign, title, text, action) {
  return h("div", { class: "empty" }, icon(sign), h("p", { class: "empty-title" }, title), text && h("p", null, codeText(text)), action);
}

/** What stands between backticks, as code. */
export function codeText(text) {
  return String(text).split(/`([^`]+)`/).map((part, index) => index % 2 ? h("code", null, part) : part);
}

/** A failure: what failed, on what, what to do. What is not there does not come by trying again. */
export function problem(error, { again } = {}) {
  const more = (error.diagnostics ?? []).filter((one) => one.message !== error.message);
  return h("div", { class: "problem", role: "alert", key: "problem", tabindex: "-1" }, icon("warning"),
    h("div", null,
      h("p", { class: "problem-title" }, problemText(error) || t("errorUnknown")),
      error.advice && h("p", null, codeText(error.advice)),
      more.length > 0 && h("ul", null, more.map((one) =>
        h("li", null, one.pointer && h("code", null, one.pointer), one.pointer && " ", one.message,
          one.advice && h("span", { class: "soft" }, " → ", codeText(one.advice))))),
      again && error.status !== 404 && button(t("tryAgain"), { sign: "retry", onclick: again })));
}

/** What a thing says about itself, with advice. */
export function message(tone, text, advice, ...actions) {
  if (!text && !advice) return null;
  return h("div", { class: "message " + tone }, icon({ bad: "warning", warn: "warning", good: "done" }[tone] ?? "text"),
    h("div", null, text && h("p", null, text), advice && h("p", { class: "advice" }, codeText(advice)),
      actions.length > 0 && h("div", { class: "actions" }, actions)));
}

/** What a render had to say of a film that it made, each with what helps. */
export function warnings(list) {
  if (!(list?.length > 0)) return null;
  return section(t("warnings"), { id: "warnings", note: number(list.length) }, h("ul", { class: "plain-list" }, list.map((warning) => {
    const [what, advice] = String(warning.message ?? "").split(/\n\s*→ /);
    return h("li", null, message("warn", reason(warning.code, what), advice));
  })));
}

/** Rows that are not there yet. */
export function skeleton(rows = 6) {
  return h("div", { class: "skeleton", "aria-hidden": "true" }, Array.from({ length: rows }, () => h("div")));
}

/**
 * A table. A column: `{ name, cell(item), kind?, isHead? }`; on narrow screens each row becomes a card whose
 * cells carry the column's name.
 */
export function table(label, columns, items, { key = (item) => item.id } = {}) {
  return h("div", { class: "table-frame" },
    // Roles are spelled out: as cards the rows have lost those of their layout.
    h("table", { class: "table", role: "table" },
      h("caption", { class: "unseen" }, label),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map((column) =>
        h("th", { scope: "col", role: "columnheader", class: column.kind }, column.name)))),
      h("tbody", { role: "rowgroup" }, items.map((item) => h("tr", { key: key(item), role: "row" },
        columns.map((column) => h(column.isHead ? "th" : "td", {
          class: column.kind, scope: column.isHead ? "row" : null, role: column.isHead ? "rowheader" : "cell",
          "data-name": column.isHead ? null : column.name,
        }, h("div", { class: "cell" }, column.cell(item)))))))));
}

/** A choice with a label before it. */
export function select(label, value, options, onchange, more = {}) {
  return h("label", { class: "choice" }, h("span", null, label),
    h("select", { onchange: (event) => onchange(event.currentTarget.value), ...more },
      options.map(([name, text]) => h("option", { value: name, selected: name === (value ?? "") }, text))));
}

export function searchField(label, value, oninput) {
  return h("label", { class: "search" }, h("span", { class: "unseen" }, label), icon("search"),
    h("input", { type: "search", value: value ?? "", placeholder: label, autocomplete: "off", spellcheck: "false", oninput: (event) => oninput(event.currentTarget.value) }));
}

/** A value of JSON, as text with its shape; `exact` is the text that it was read from. */
export function json(value, label, exact) {
  const text = typeof value === "string" ? value : exact ? pretty(exact) : JSON.stringify(value, null, 2);
  return h("pre", { class: "json", tabindex: "0", role: "region", "aria-label": label }, text ?? "");
}

export function copyButton(text) {
  return h("button", { type: "button", class: "icon-button", "aria-label": t("copy", { text }), title: t("copyShort"), onclick: async (event) => {
    const place = event.currentTarget;
    try { await navigator.clipboard.writeText(text); place.dataset.state = "done"; setTimeout(() => delete place.dataset.state, 1200); } catch {}
  } }, icon("copy"));
}

/** An id; a long one by its end, which is what differs and what the command line takes. */
export function idText(id, { isWhole = false } = {}) {
  const text = isWhole || id.length <= 12 ? id : "…" + id.slice(-6);
  return h("code", { class: isWhole ? "id whole" : "id", title: id }, text);
}

/** A name such as `background/generate.requested`, which lines break where its parts end. */
export function nameText(name) {
  return String(name ?? "").split(/(?<=[./_:])/).map((part, index) => [index > 0 && h("wbr"), part]);
}
