// Signs of states and actions, drawn as lines of one weight on a 16 × 16 grid.

import { h } from "./dom.js";

const shapes = {
  done: ["M3.5 8.5l3 3 6-7"],
  done_with_warnings: ["M3.5 8.5l3 3 6-7"],
  failed: ["M4.5 4.5l7 7", "M11.5 4.5l-7 7"],
  running: ["M8 2.5a5.5 5.5 0 1 1-5.5 5.5"],
  waiting: ["M5.5 4v8", "M10.5 4v8"],
  sleeping: ["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11z", "M8 5v3.2l2 1.3"],
  queued: ["M3 5h10", "M3 8h10", "M3 11h6"],
  pending: ["M8 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8z"],
  cancelled: ["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11z", "M4.2 11.8l7.6-7.6"],
  skipped: ["M4 8h8"],
  projects: ["M2.5 3.5h11v9h-11z", "M5.5 3.5v9", "M10.5 3.5v9", "M2.5 8h3", "M10.5 8h3"],
  queue: ["M2.5 4h11", "M2.5 8h7.5", "M2.5 12h4.5", "M12 9.5v4l2.5-2z"],
  runs: ["M2.5 3.5h5", "M5 8h6", "M8.5 12.5h5"],
  events: ["M9 2L4 9h4l-1 5 5-7H8z"],
  functions: ["M10.5 3c-1.8-.6-2.6.4-2.9 2L6.4 11c-.3 1.600-1.100 2.600-2.900 2", "M5 6.500h5.500"],
  costs: ["M8 2v12", "M11 4.500C10.300 3.800 9.200 3.500 8 3.500c-1.700 0-3 .800-3 2.200 0 3 6.200 1.500 6.200 4.600 0 1.400-1.400 2.200-3.200 2.200-1.300 0-2.500-.400-3.200-1.200"],
  goldens: ["M2.500 3h11v10h-11z", "M2.500 11l3.500-4 3 3.200 2-2.200 2.500 3"],
  system: ["M1.500 8.500h3l2-5 3 9 2-4h3"],
  plus: ["M8 3v10", "M3 8h10"],
  menu: ["M2.500 4.500h11", "M2.500 8h11", "M2.500 11.500h11"],
  theme: ["M8 2.500a5.500 5.500 0 1 0 0 11z", "M8 2.500a5.500 5.500 0 0 1 0 11"],
  search: ["M7 2.500a4.500 4.500 0 1 0 0 9a4.500 4.500 0 0 0 0-9z", "M10.500 10.500L14 14"],
  download: ["M8 2.500v8", "M4.500 7.500L8 11l3.500-3.500", "M3 13.500h10"],
  upload: ["M8 11V3", "M4.500 6L8 2.500 11.500 6", "M3 13.500h10"],
  retry: ["M12.500 4.500A5.500 5.500 0 1 0 13.500 8", "M13 1.800v3h-3"],
  pause: ["M5.500 4v8", "M10.500 4v8"],
  play: ["M5 3.500l7 4.500-7 4.500z"],
  cancel: ["M4.500 4.500l7 7", "M11.500 4.500l-7 7"],
  remove: ["M3 4.500h10", "M6 4.500V3h4v1.500", "M4.500 4.500l.500 8.500h6l.500-8.500"],
  back: ["M10 3.500L5.500 8l4.500 4.500"],
  next: ["M6 3.500L10.500 8 6 12.500"],
  warning: ["M8 2.500L14 13H2z", "M8 6.500v3", "M8 11.300v.200"],
  copy: ["M5.500 5.500h7.500v7.500H5.500z", "M10.500 5.500V3H3v7.500h2.500"],
  send: ["M2.500 8L13.500 3l-3 10.500-2.700-4.300z"],
  film: ["M2.500 3.500h11v9h-11z", "M7 6l3 2-3 2z"],
  text: ["M3 4h10", "M3 7h10", "M3 10h10", "M3 13h5"],
};

/** Only for the eye: words stand beside it, or name its button. */
export function icon(name) {
  return h("svg", { viewBox: "0 0 16 16", class: "icon icon-" + name, "aria-hidden": "true", focusable: "false" },
    (shapes[name] ?? shapes.pending).map((d) => h("path", { d })));
}
