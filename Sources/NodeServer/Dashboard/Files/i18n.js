// Texts in the reader's language; see `en.js` and `ko.js`, which have the same keys.

import { en } from "./en.js";
import { ko } from "./ko.js";

export const dictionaries = { en, ko };
export let language = document.documentElement.lang in dictionaries ? document.documentElement.lang : "en";

export function setLanguage(name) {
  language = name;
  document.documentElement.lang = name;
  try { localStorage.setItem("language", name); } catch {}
}

/** The text of a key, `{name}` replaced by values. `one` and other numbers: a text may be `{one, other}` by `count`. */
export function t(key, values = {}) {
  if (!(key in en)) console.warn("there is no text for " + key);
  let text = dictionaries[language][key] ?? en[key] ?? key.replace(/^[a-z]+_/i, "").replaceAll("_", " ");
  if (typeof text === "object") {
    text = text[new Intl.PluralRules(language).select(Number(values.count))] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(language) : String(value);
  });
}

/** A state's word, or the state itself where a newer node knows more of them. */
export function stateWord(state) {
  const key = "state_" + state;
  return key in en ? t(key) : String(state ?? "");
}

export const hasText = (key) => key in en;
