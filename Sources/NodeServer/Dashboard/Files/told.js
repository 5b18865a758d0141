// What the node says in English, in the reader's language where a code tells what it is.

import { h } from "./dom.js";
import { when } from "./format.js";
import { hasText, language, stateWord, t } from "./i18n.js";

/** The node's words, below what they mean in the reader's language; by themselves where `key` is none that is known. */
function told(key, text) {
  if (!hasText(key) || (language === "en" && text)) return text;
  return [t(key), text && h("span", { class: "own", lang: "en" }, text)];
}

/** Why a job or a film has failed. */
export const reason = (code, text) => told("code_" + code, text);

/** The same in one line, for where there is no room for two. */
export const reasonLine = (code, text) => language === "en" || !hasText("code_" + code) ? text : t("code_" + code);

/** Statuses whose words stand elsewhere. */
const statusKeys = { 409: "problem_wrong_state", 500: "code_E_INTERNAL" };

/** A problem that a request was answered with: the name of its type, or its status. */
export function problemText({ type, status, message }) {
  const name = /#\/x-problems\/([a-z-]+)$/.exec(type ?? "")?.[1];
  return told(name ? "problem_" + name.replaceAll("-", "_") : statusKeys[status] ?? "problem_" + status, message);
}

/**
 * How the node writes why a run does not move, by kinds: its values stand in the sentence alone. Names of values are
 * those of the texts; `time` and `until` are times, `state` is a state.
 */
const sentences = {
  ended: /^it is (?<state>\w+)$/,
  scheduled: /^it begins at (?<time>\S+)$/,
  executing: /^(?:step '(?<step>.*)' is|it is) executed since (?<time>\S+) by node (?<node>.*)$/s,
  node_silent: /^node (?<node>.*) is silent since (?<time>\S+); others/s,
  sleeping: /^step '(?<step>.*)' sleeps until (?<until>\S+)$/s,
  retrying: /^attempt (?<attempt>\d+)(?: of (?<most>\d+))? of step '(?<step>.*?)' begins at (?<time>[^\s:]+:[^\s:]+:[^\s:]+)(?:: (?<error>.*))?$/s,
  restarting: /^the function failed (?<failures>\d+) times and begins again at (?<time>[^\s:]+:[^\s:]+:[^\s:]+)(?:: (?<error>.*))?$/s,
  waiting_for_event: /^step '(?<step>.*?)' waits for '(?<event>.*?)'(?: with (?<match>.*?))?(?: until (?<until>[^\s]+Z))?$/s,
  waiting_for_run: /^step '(?<step>.*)' waits for run (?<run>\S+), which is (?<state>\w+)(?: until (?<until>\S+))?$/s,
  queued: /^(?<ahead>\d+) runs are before it$/,
  limit_full: /^the limit '(?<limit>.*?)' is full(?:: (?<holders>.*))?$/s,
  throttled: /^the throttle lets (?<ahead>\d+) others begin before it(?:; the next one at (?<time>\S+))?$/,
  gathering: /^it has gathered (?<events>\d+) events and begins at (?<until>\S+)$/,
  no_node: /^no living node has the function '(?<function>.*)'$/s,
};

/** Why a run does not move. A sentence that is written in another way is shown as it is. */
export function standingText({ kind, text }) {
  const found = language === "en" ? null : sentences[kind]?.exec(text);
  if (!found) return text;
  const values = { ...found.groups };
  for (const name of ["time", "until"]) if (values[name]) values[name] = when(values[name]);
  if (values.state) values.state = stateWord(values.state);
  const parts = ["match", "until", "holders", "error"].filter((name) => values[name] && hasText("standing_" + kind + "_" + name));
  if (kind === "throttled" && values.time) parts.push("time");
  const whole = kind === "executing" && !values.step ? "executing_whole" : kind;
  return [whole, ...parts.map((name) => kind + "_" + name)].map((name) => t("standing_" + name, values)).join(" ");
}
