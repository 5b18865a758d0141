// Addresses of pages, without loading the page anew.

const routes = [];
let onMove = () => {};

/** `pattern` is a path below `/ui/` with `:names`; `load()` imports the page's module. */
export function route(pattern, load) {
  const names = [];
  const source = pattern.replace(/:(\w+)/g, (_, name) => { names.push(name); return "([^/]+)"; });
  routes.push({ pattern, regex: new RegExp("^" + source + "$"), names, load });
}

export function match(address = location) {
  const path = address.pathname.replace(/^\/(ui\/?)?/, "").replace(/\/$/, "") || "projects";
  for (const { pattern, regex, names, load } of routes) {
    const found = regex.exec(path);
    if (!found) continue;
    const values = {};
    try { names.forEach((name, index) => { values[name] = decodeURIComponent(found[index + 1]); }); } catch { return null; }
    return { pattern, load, values: { ...values, query: new URLSearchParams(address.search) } };
  }
  return null;
}

export const to = (...parts) => "/ui/" + parts.map(encodeURIComponent).join("/");

export function go(path) {
  remember({ scroll: window.scrollY });
  history.pushState(null, "", path);
  onMove();
}

/** Keeps something with this entry of the history, for when a person comes back to it. */
export function remember(values) {
  history.replaceState({ ...history.state, ...values }, "");
}

/** Changes the address of this page, as a filter does; no entry in the history, no new page. */
export function note(values) {
  const pairs = Object.entries(values).filter(([, value]) => value);
  history.replaceState(history.state, "", location.pathname + (pairs.length ? "?" + new URLSearchParams(pairs) : ""));
}

export function begin(move) {
  onMove = move;
  // Pages are filled later than a browser would scroll them.
  history.scrollRestoration = "manual";
  let timer = null;
  window.addEventListener("scroll", () => {
    clearTimeout(timer);
    const entry = location.href;
    timer = setTimeout(() => { if (location.href === entry) remember({ scroll: window.scrollY }); }, 250);
  }, { passive: true });
  window.addEventListener("popstate", () => move({ isBack: true }));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target.closest?.("a[href]");
    if (!anchor || anchor.target || anchor.hasAttribute("download")) return;
    const address = new URL(anchor.href);
    if (address.origin !== location.origin || !(address.pathname === "/" || /^\/ui(\/|$)/.test(address.pathname))) return;
    if (address.hash && address.pathname === location.pathname) return;
    event.preventDefault();
    if (address.href !== location.href) go(address.href);
  });
  move({ isBack: true });
}
