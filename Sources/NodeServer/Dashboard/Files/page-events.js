// All events, the newest first.

import { h } from "./dom.js";
import { none, tick } from "./format.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { liveList } from "./list.js";
import { badge, empty, heading, idText, nameText, searchField, table } from "./parts.js";
import { note, to } from "./router.js";

export function show({ place, values, signal, setTitle }) {
  setTitle(t("navEvents"));
  const filter = { name: values.query.get("name") ?? "" };
  const list = liveList({
    path: "events", values: () => filter, topics: ["events"], kind: "event", signal,
    belongs: (event) => !filter.name || event.name === filter.name,
    view: (events) => table(t("navEvents"), [
      { name: t("name"), isHead: true, cell: (event) => h("a", { href: to("events", event.id) }, nameText(event.name)) },
      { name: t("runsOfIt"), cell: (event) => runsOf(event) },
      { name: t("receivedAt"), kind: "moment", cell: (event) => tick(event.received_at) },
      { name: t("event"), cell: (event) => idText(event.id) },
    ], events),
    nothing: () => filter.name ? empty("search", t("noMatch"), t("noEventMatch"))
      : empty("events", t("noEvents"), t("noEventsText"), h("a", { class: "button", href: "/ui/events/send" }, t("sendEvent"))),
  });
  let timer = null;
  place.append(
    heading(t("navEvents"), { actions: [h("a", { class: "button primary", href: "/ui/events/send" }, icon("send"), h("span", null, t("sendEvent")))] }),
    h("div", { class: "filters", role: "search" }, searchField(t("eventName"), filter.name, (text) => {
      filter.name = text.trim();
      note(filter);
      clearTimeout(timer);
      timer = setTimeout(() => list.reload(), 300);
    })),
    list.element);
}

export function runsOf(event) {
  const runs = event.runs ?? [];
  return [
    event.is_repeat && [badge("skipped", t("isRepeat")), " "],
    event.is_unheard && !runs.length && [badge("skipped", t("isUnheard")), " "],
    runs.slice(0, 3).map((id) => [h("a", { href: to("runs", id) }, idText(id)), " "]),
    runs.length > 3 && t("andMore", { count: runs.length - 3 }),
    !runs.length && !event.is_repeat && !event.is_unheard && none,
  ];
}
