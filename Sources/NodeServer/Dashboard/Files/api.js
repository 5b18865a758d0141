// Requests to the node, and its errors in words.

import { parseKeeping } from "./exact.js";
import { t } from "./i18n.js";

const base = "/api/v1/";

/** An answer that is no success: what failed, on which input, what to do. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || t("errorStatus", { status }));
    this.status = status;
    this.type = problem.type ?? null;
    this.title = problem.title ?? "";
    this.advice = problem.advice ?? null;
    this.diagnostics = problem.diagnostics ?? [];
    this.isOffline = status === 0;
  }
}

const pause = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); });
});

/** A key that tells a repeated request from a new one; `crypto.randomUUID` is missing outside of secure contexts. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function query(values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  // A plus sign is a space in forms alone.
  return pairs.length ? "?" + String(new URLSearchParams(pairs)).replaceAll("+", "%20") : "";
}

let logIn = null;
/** What asks for the token; resolves to whether there is a session now. */
export function onLogin(action) { logIn = action; }

/** Whether the node has asked for a token that nobody has given yet. `change` is sent when that is another. */
export const session = Object.assign(new EventTarget(), { isMissing: false });
function noteSession(isMissing) {
  if (session.isMissing === isMissing) return;
  session.isMissing = isMissing;
  session.dispatchEvent(new Event("change"));
}

/** Asks for the token; gives whether there is a session now. */
export async function signIn() {
  noteSession(true);
  const isIn = Boolean(await logIn?.());
  if (isIn) noteSession(false);
  return isIn;
}

async function send(method, path, { body, headers = {}, signal, texts = [] } = {}) {
  const tries = method === "GET" || headers["Idempotency-Key"] ? 4 : 1;
  for (let number = 1; ; number += 1) {
    let response;
    try {
      response = await fetch(path.startsWith("/") ? path : base + path, { method, body, headers, signal });
    } catch (error) {
      if (signal?.aborted) throw error;
      if (number < Math.min(tries, 3)) { await pause(300 * number, signal); continue; }
      throw new ApiError(0, { title: t("errorOffline"), detail: t("errorOffline"), advice: t("errorOfflineAdvice") });
    }
    if (response.status === 429 && number < tries) {
      const seconds = Number(response.headers.get("Retry-After")) || 1;
      await pause(Math.min(seconds, 5) * 1000 + Math.random() * 300, signal);
      continue;
    }
    if (response.status === 401 && path !== "session" && await signIn()) continue;
    if (response.ok && path !== "session") noteSession(false);
    if (response.status === 204) return null;
    const isJSON = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
    const value = isJSON ? await response.text().then((text) => parseKeeping(text, texts)).catch(() => null) : null;
    if (response.ok && (isJSON && value !== null)) return value;
    throw new ApiError(response.status, value ?? { title: response.statusText });
  }
}

/** `texts` names members whose text is kept beside them, as `parseKeeping` does. */
export const get = (path, values = {}, signal, texts) => send("GET", path + query(values), { signal, texts });
export const remove = (path) => send("DELETE", path);

/** `key` stays the same while a person tries the same thing again. */
export function post(path, value, more) {
  return postText(path, value === undefined ? undefined : JSON.stringify(value), more);
}

/** Sends JSON as it is written. */
export function postText(path, body, { key = newKey(), signal } = {}) {
  const headers = { "Idempotency-Key": key };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return send("POST", path, { body, headers, signal });
}

/** All items of a list, page by page, up to `most`. */
export async function getAll(path, values = {}, most = 400, signal) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, { ...values, limit: Math.min(200, most - items.length), cursor }, signal);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < most);
  return items;
}

/** Streams a file to the node; `progress` hears the part that is there, 0 to 1. `signal` ends it. */
export async function upload(file, more) {
  for (;;) {
    try {
      const answer = await uploadOnce(file, more);
      noteSession(false);
      return answer;
    } catch (error) {
      if (error?.status !== 401 || more.signal?.aborted || !await signIn()) throw error;
    }
  }
}

function uploadOnce(file, { key, progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", base + "documents" + query({ name: file.name }));
    request.setRequestHeader("Content-Type", mediaType(file));
    request.setRequestHeader("Idempotency-Key", key);
    request.responseType = "json";
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress?.(event.loaded / event.total); };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300 && request.response) resolve(request.response);
      else reject(new ApiError(request.status, request.response ?? {}));
    };
    request.onerror = () => reject(
      new ApiError(0, { detail: t("errorOffline"), advice: t("errorOfflineAdvice") }));
    request.onabort = () => reject(signal.reason);
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

const types = { pdf: "application/pdf", md: "text/markdown", markdown: "text/markdown", txt: "text/plain", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg" };

/** Browsers know no type for Markdown on many systems. */
function mediaType(file) {
  const ending = file.name.split(".").pop().toLowerCase();
  return types[ending] ?? (file.type || "application/octet-stream");
}
