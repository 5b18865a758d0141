// A list that is fetched in pages, is kept by messages, and shows more as it is scrolled.

import { get } from "./api.js";
import { announce } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { keep } from "./live.js";
import { button, empty, problem, skeleton } from "./parts.js";
import { t } from "./i18n.js";

const pageSize = 50;
/** More rows than this are not kept in the page: older ones are to be found by the filters. */
const most = 1000;

/**
 * `path` and `values()` say what is fetched; `view(items)` draws it.
 * `kind` is the message that brings items, `belongs(item)` says whether one is in the filter, `removal` the message of
 * those that go. New ones come first. Gives `{ element, reload }`.
 */
export function liveList({ path, values = () => ({}), topics, kind, removal, belongs = () => true, key = (item) => item.id, view, nothing, others, signal, extra }) {
  const body = h("div", { class: "list" }, skeleton());
  const foot = h("div", { class: "list-foot" });
  const element = h("div", null, body, foot);
  let isFetching = false;
  let hasFailed = false;
  const list = keep({
    topics, signal,
    async load(signal, old) {
      const wanted = Math.min(Math.max(pageSize, old?.items.size ?? 0), most);
      const items = new Map();
      let cursor = null;
      do {
        const page = await get(path, { ...values(), limit: Math.min(200, wanted - items.size), cursor }, signal);
        for (const item of page.items) items.set(key(item), item);
        cursor = page.next_cursor;
        if (page.items.length === 0) break;
      } while (cursor && items.size < wanted);
      element.dataset.loaded = "true";
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
      if (isOlder(state, data)) return false;
      state.items = new Map([[key(data), data], ...state.items]);
      return true;
    },
    show(state) {
      hasFailed = false;
      const items = [...state.items.values()];
      fill(body, extra?.(state), items.length ? view(items) : nothing?.() ?? empty("queue", t("nothing")));
      showFoot(state);
    },
    fail(error, isShown) {
      hasFailed = true;
      if (isShown) fill(foot, problem(error, { again: () => list.reload() }));
      else { fill(body, problem(error, { again: () => { fill(body, skeleton()); list.reload(); } })); fill(foot); }
    },
  });
  // One that is older than all that are shown is on a page that is not fetched yet.
  function isOlder(state, data) {
    const stamp = (item) => item.created_at ?? item.received_at ?? item.at ?? "";
    if (!state.cursor || !stamp(data)) return false;
    return stamp(data) < stamp([...state.items.values()].at(-1) ?? {});
  }
  function showFoot(state) {
    if (!state.cursor || hasFailed) return void fill(foot, state.items.size > 10 && h("p", { class: "soft" }, t("allShown", { count: state.items.size })));
    if (state.items.size >= most) return void fill(foot, h("p", { class: "soft" }, t("tooMany", { count: most })));
    fill(foot, button(isFetching ? t("loading") : t("showMore"), { onclick: () => more(true), "aria-disabled": isFetching ? "true" : null }));
  }
  async function more(isAsked) {
    const state = list.state;
    if (!state?.cursor || isFetching || state.items.size >= most) return;
    isFetching = true;
    showFoot(state);
    try {
      const page = await get(path, { ...values(), limit: pageSize, cursor: state.cursor }, signal);
      if (state !== list.state) return;
      for (const item of page.items) if (!state.items.has(key(item))) state.items.set(key(item), item);
      state.cursor = page.next_cursor;
      if (isAsked) announce(t("moreShown", { count: state.items.size }));
      list.draw();
    } catch (error) {
      if (!signal.aborted) { hasFailed = true; fill(foot, problem(error, { again: () => { hasFailed = false; more(true); } })); }
    } finally {
      isFetching = false;
      if (!signal.aborted && !hasFailed) showFoot(list.state);
    }
  }
  const watcher = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) more(false); }, { rootMargin: "400px" });
  watcher.observe(foot);
  signal.addEventListener("abort", () => watcher.disconnect());
  return { element, reload: () => list.reload(), list };
}
