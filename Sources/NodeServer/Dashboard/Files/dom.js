// Making and mending the page. Nothing here reads HTML: texts become text nodes, whatever is in them.

const svgTags = new Set(["svg", "path", "circle", "rect", "line", "g"]);
const properties = new Set(["value", "checked", "selected", "disabled", "hidden"]);
const addresses = new Set(["href", "src", "poster"]);

/** An element with attributes, listeners (`onclick`), and children; texts, numbers, arrays, and null are children too. */
export function h(tag, attributes, ...children) {
  const element = svgTags.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in attributes ?? {}) set(element, name, attributes[name]);
  append(element, children);
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null) return;
  if (properties.has(name)) {
    element[name] = value;
    (element.given ??= {})[name] = value;
    return;
  }
  if (value === false) return;
  if (name.startsWith("on")) return listen(element, name.slice(2), value);
  if (name === "key") { element.key = String(value); return; }
  if (name === "style") {
    for (const rule in value) element.style.setProperty(rule, value[rule]);
    return;
  }
  if (addresses.has(name)) {
    value = safeAddress(value);
    if (value === null) return;
  }
  element.setAttribute(name, value === true ? "" : value);
}

/** Addresses of data may lead to pages, never to scripts. */
export function safeAddress(text) {
  try {
    const address = new URL(text, location.href);
    return ["http:", "https:", "blob:"].includes(address.protocol) ? String(text) : null;
  } catch {
    return null;
  }
}

// Listeners lie on the element as a table, so that a mended element has the newest ones.
function listen(element, type, action) {
  if (!element.actions) element.actions = {};
  if (!(type in element.actions)) element.addEventListener(type, hear);
  element.actions[type] = action;
}

function hear(event) {
  return event.currentTarget.actions?.[event.type]?.(event);
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Puts children in place of those that are there, keeping and mending what stays. Where what had the focus goes, the
 * nearest heading above it gets it.
 */
export function fill(element, ...children) {
  const wanted = document.createElement(element.nodeName);
  append(wanted, children);
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const around = [];
  for (let place = focused?.parentElement; place; place = place.parentElement) around.push(place);
  mendChildren(element, wanted);
  if (focused && !focused.isConnected) focusNear(around);
  return element;
}

function focusNear(places) {
  for (const place of places) {
    const heading = place.isConnected && (place.hasAttribute("tabindex") ? place : place.querySelector("h1, h2, h3"));
    if (!heading) continue;
    heading.tabIndex = -1;
    return heading.focus({ preventScroll: true });
  }
}

/** Makes `from` like `to`, keeping focus, scroll places, and players. Gives the node that is in the page afterwards. */
export function mend(from, to) {
  if (from === to) return from;
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || from.key !== to.key) {
    from.replaceWith(to);
    return to;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return from;
  }
  if (to.hasAttribute("data-kept")) return from;
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "open" && name !== "style") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (name !== "style" && name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  if (from.style && from.style.cssText !== to.style.cssText) from.style.cssText = to.style.cssText;
  for (const name in to.given ?? {}) {
    // What a person types is not overwritten; a wish that has not changed is none.
    const isTyped = name === "value" && document.activeElement === from;
    if (from[name] !== to.given[name] && !isTyped) from[name] = to.given[name];
  }
  from.given = to.given;
  for (const type in to.actions ?? {}) listen(from, type, to.actions[type]);
  for (const type in from.actions ?? {}) if (!to.actions?.[type]) from.actions[type] = null;
  mendChildren(from, to);
  return from;
}

function mendChildren(from, to) {
  const keyed = new Map();
  for (const child of from.childNodes) if (child.key !== undefined) keyed.set(child.key, child);
  let place = from.firstChild;
  for (const next of [...to.childNodes]) {
    let match = null;
    if (next.key !== undefined) match = keyed.get(next.key) ?? null;
    else if (place && place.key === undefined && place.nodeName === next.nodeName) match = place;
    if (!match) {
      from.insertBefore(next, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else from.insertBefore(match, place);
    mend(match, next);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** Calls at most every `pause` milliseconds, the first time soon; also in tabs that are not in front. */
export function paced(action, pause = 80) {
  let timer = null;
  let last = 0;
  const run = () => { timer = null; last = performance.now(); action(); };
  const ask = () => {
    timer ??= setTimeout(run, Math.max(0, pause - (performance.now() - last)));
  };
  ask.cancel = () => { clearTimeout(timer); timer = null; };
  return ask;
}
