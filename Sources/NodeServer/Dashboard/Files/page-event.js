// One event, and the runs it began.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { none, when } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { keep } from "./live.js";
import { runsOf } from "./page-events.js";
import { copyButton, facts, heading, idText, json, nameText, problem, section, skeleton } from "./parts.js";

export function show({ place, values, signal, setTitle }) {
  const back = ["/ui/events", t("navEvents")];
  setTitle(t("event"));
  fill(place, heading(t("event"), { back }), skeleton(3));
  const page = keep({
    topics: ["events"], signal,
    load: (signal) => get("events/" + encodeURIComponent(values.id), {}, signal, ["data"]),
    hear: (event, kind, data) => kind === "event" && data.id === event.id && Boolean(Object.assign(event, data)),
    show(event) {
      setTitle(event.name);
      fill(place,
        heading(nameText(event.name), { back, actions: [h("a", { class: "button", href: "/ui/events/send?like=" + encodeURIComponent(event.id) }, icon("send"), h("span", null, t("sendAgain")))] }),
        facts([
          [t("event"), [idText(event.id, { isWhole: true }), copyButton(event.id)]], [t("receivedAt"), when(event.received_at)], [t("happenedAt"), when(event.ts)],
          event.sender_id ? [t("senderID"), idText(event.sender_id)] : null, event.version ? [t("version"), event.version] : null,
          [t("runsOfIt"), runsOf(event)],
          [t("eventName"), h("a", { href: "/ui/events?name=" + encodeURIComponent(event.name) }, t("allOfName"))],
        ]),
        section(t("data"), { id: "data" }, event.data === undefined ? h("p", { class: "soft" }, none) : json(event.data, t("data"), event.data_text)));
    },
    fail: (error, isShown) => { if (!isShown) fill(place, heading(t("event"), { back }), problem(error, { again: () => page.reload() })); },
  });
}
