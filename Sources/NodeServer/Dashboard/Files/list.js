// A list that is fetched in pages, is kept by messages, and shows more as it is scrolled.

import { get } from "./api.js";
import { announce } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { keep } from "./live.js";
import { button, empty, problem, skeleton } from "./parts.js";
import { t } from "./i18n.js";
import { remember } from "./router.js";

const pageSize = 50;
/** More rows than this are not kept in the page: older ones come in their place. */
const most = 1000;

const stampOf = (item) => item.created_at ?? item.received_at ?? item.at ?? "";

/**
 * `path` and `values()` say what is fetched; `view(items)` draws it.
 * `kind` is the message that brings items, `belongs(item)` says whether one is in the filter, `removal` the message of
 * those that go. `prepare(signal)` fetches what is shown besides. `stamp(item)` is what the list is ordered by, the greatest first. Gives `{ element, reload }`.
 */
export function liveList({ path, values = () => ({}), topics, kind, removal, belongs = () => true, key = (item) => item.id, stamp = stampOf, view, nothing, others, signal, extra, prepare }) {
  const body = h("div", { class: "list" }, skeleton());
  const foot = h("div", { class: "list-foot", tabindex: "-1" });
  const element = h("div", null, body, foot);
  let isFetching = false;
  let hasFailed = false;
  /** Who comes back to this page finds the rows that were there. */
  const kept = history.state?.list;
  /** The cursor of the first row that is shown; null for the newest. */
  let start = kept?.start ?? null;
  let loadedStart = null;
  let rows = kept?.rows ?? 0;
  const list = keep({
    topics, signal,
    async load(signal, old) {
      const first = start;
      const wanted = Math.min(Math.max(pageSize, old === undefined ? rows : first === loadedStart ? old.items.size : 0), most);
      const items = new Map();
      let cursor = first;
      await prepare?.(signal);
      do {
        const page = await get(path, { ...values(), limit: Math.min(200, wanted - items.size), cursor }, signal);
        for (const item of page.items) items.set(key(item), item);
        cursor = page.next_cursor;
        if (page.items.length === 0) break;
      } while (cursor && items.size < wanted);
      element.dataset.loaded = "true";
      loadedStart = first;
      return { items, cursor };
    },
    hear(state, name, data) {
      if (others?.(state, name, data)) return true;
      if (name === removal) return state.items.delete(key(data));
      if (name !== kind) return false;
      const old = state.items.get(key(data));
      if (!belongs(data)) return old !== undefined && state.items.delete(key(data));
      if (old) {
        if (old.updated_at && data.updated_at && data.updated_at < old.updated_at) return false;
        state.items.set(key(data), { ...old, ...data });
        return true;
      }
      return insert(state, data);
    },
    show(state) {
      hasFailed = false;
      const items = [...state.items.values()];
      note(items.length);
      fill(body, extra?.(state), start !== null && newestAgain(), items.length ? view(items) : nothing?.() ?? empty("queue", t("nothing")));
      showFoot(state);
      lookAnew();
    },
    fail(error, isShown) {
      hasFailed = true;
      if (isShown) fill(foot, problem(error, { again: () => list.reload() }));
      else { fill(body, problem(error, { again: () => { fill(body, skeleton()); list.reload(); } })); fill(foot); }
    },
  });
  function note(count) {
    const state = history.state?.list;
    if (state?.rows !== count || (state?.start ?? null) !== start) remember({ list: { rows: count, start } });
  }
  /** At its place by time, and by its key among those of the same time. Messages of one moment come in any order. */
  function insert(state, data) {
    if (start !== null) return false;
    const all = [...state.items];
    const isNewer = (item) => stamp(data) !== stamp(item) ? stamp(data) > stamp(item) : key(data) > key(item);
    const place = stamp(data) ? all.findIndex(([, item]) => isNewer(item)) : 0;
    // One that is older than all that are shown is on a page that is not fetched yet.
    if (place < 0 && state.cursor) return false;
    all.splice(place < 0 ? all.length : place, 0, [key(data), data]);
    state.items = new Map(all);
    return true;
  }
  function showFoot(state) {
    if (!state.cursor || hasFailed) return void fill(foot, state.items.size > 10 && h("p", { class: "soft" }, t("allShown", { count: state.items.size })));
    if (state.items.size >= most) {
      return void fill(foot, h("p", { class: "soft" }, t("tooMany", { count: most })), button(t("olderOnes"), { onclick: () => begin(state.cursor) }));
    }
    fill(foot, button(isFetching ? t("loading") : t("showMore"), { onclick: () => more(true), "aria-disabled": isFetching ? "true" : null }));
  }
  function newestAgain() {
    return h("p", { class: "list-head", key: "older" }, h("span", { class: "soft" }, t("olderShown")), button(t("newestAgain"), { onclick: () => begin(null) }));
  }
  /** Shows the rows from a cursor on, in place of those that are there. */
  async function begin(cursor) {
    start = cursor;
    await list.reload();
    window.scrollTo(0, 0);
    announce(t("moreShown", { count: list.state?.items.size ?? 0 }));
    (element.querySelector(".list-head .button") ?? document.querySelector("h1"))?.focus({ preventScroll: true });
  }
  async function more(isAsked) {
    const state = list.state;
    if (!state?.cursor || isFetching || state.items.size >= most) return;
    isFetching = true;
    showFoot(state);
    try {
      const page = await get(path, { ...values(), limit: pageSize, cursor: state.cursor }, signal);
      // Fetched anew meanwhile.
      if (state !== list.state) return;
      for (const item of page.items) if (!state.items.has(key(item))) state.items.set(key(item), item);
      state.cursor = page.next_cursor;
      if (isAsked) announce(t("moreShown", { count: state.items.size }));
      list.draw();
    } catch (error) {
      if (!signal.aborted) { hasFailed = true; fill(foot, problem(error, { again: () => { hasFailed = false; more(true); } })); }
    } finally {
      isFetching = false;
      if (!signal.aborted && !hasFailed) {
        showFoot(list.state);
        lookAnew();
      }
    }
  }
  const watcher = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) more(false); }, { rootMargin: "400px" });
  /** A foot that is seen all the time, before and after rows have come, is told of once. */
  function lookAnew() {
    if (!list.state?.cursor || hasFailed) return;
    watcher.unobserve(foot);
    watcher.observe(foot);
  }
  signal.addEventListener("abort", () => watcher.disconnect());
  // A changed filter begins at the newest.
  return { element, reload: () => { start = null; return list.reload(); }, list };
}
