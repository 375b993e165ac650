// The bar of the weeks: what happened, each with a shape and a word, and the way to any week.

import { at, el, t } from "./dom.js";

const KINDS = ["check_in", "strain", "silence", "digest", "read"];
const WEEK = 7 * 24 * 3600 * 1000;

export class Weeks {
  /** `go` has `to(instant)` for a time ahead and `back(instant, mark)` for one that has been. */
  constructor(root, go) {
    this.root = root;
    this.go = go;
    this.marks = [];
  }

  /** Draws the bar for so many weeks from `begins`; it grows when they are over. */
  begin({ weeks, begins_at: begins, marks }) {
    this.begins = Date.parse(begins);
    this.weeks = weeks;
    this.marks = marks;
    const numbers = Array.from({ length: weeks }, (_, week) => this.#week(week));
    this.line = el("div", { class: "line-of-now", "aria-hidden": "true" });
    this.lanes = new Map(KINDS.map((kind) => [kind, this.#lane(kind)]));
    const rows = KINDS.map((kind) => {
      const name = el("span", { class: "lane-name" }, el("i", { class: `mark is-${kind}`, "aria-hidden": "true" }));
      name.append(t(`mark_${kind}`));
      return el("div", { class: "lane" }, name, this.lanes.get(kind));
    });
    const head = el("div", { class: "lane is-weeks" }, el("span", { class: "lane-name", text: t("week") }));
    this.numbers = el("div", { class: "track", role: "group", "aria-label": t("go_to_week") }, ...numbers);
    head.append(this.numbers);
    const layer = el("div", { class: "over", "aria-hidden": "true" }, this.line);
    this.root.replaceChildren(el("div", { class: "lanes" }, head, ...rows, layer));
  }

  #week(week) {
    const instant = new Date(this.begins + week * WEEK).toISOString();
    const label = t("week_from", { week: week + 1, day: at(instant, { day: "numeric", month: "long" }) });
    const go = () => this.#jump(instant);
    const on = { click: go };
    return el("button", { type: "button", class: "week", "aria-label": label, text: week + 1, on });
  }

  #jump(instant) {
    if (Date.parse(instant) > this.now) this.go.to(instant);
    else this.go.back(instant, null);
  }

  /** One lane is one stop of the tab key; the arrows go from mark to mark. */
  #lane(kind) {
    const lane = el("div", { class: "track", role: "toolbar", "aria-label": t(`mark_${kind}`) });
    lane.addEventListener("keydown", (event) => {
      const all = [...lane.children];
      const here = all.indexOf(document.activeElement);
      const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
      if (next === undefined || !all[next]) return;
      event.preventDefault();
      for (const mark of all) mark.tabIndex = -1;
      all[next].tabIndex = 0;
      all[next].focus();
    });
    return lane;
  }

  add(mark) {
    this.marks.push(mark);
    this.show(this.chat, this.now);
  }

  /** The marks of this client and of the therapist, and every strain, up to `now`. */
  show(chat, now) {
    this.chat = chat;
    this.now = Date.parse(now) || now;
    this.#grow();
    this.line.style.setProperty("--at", this.#placeOf(this.now));
    for (const [kind, lane] of this.lanes) {
      const wanted = this.marks.filter((mark) => mark.kind === kind && this.#concerns(mark));
      if (lane.childElementCount === wanted.length && lane.dataset.chat === String(chat)) continue;
      lane.dataset.chat = chat;
      lane.replaceChildren(...wanted.map((mark, place) => this.#mark(mark, place)));
      lane.parentElement.classList.toggle("is-empty", wanted.length === 0);
    }
  }

  /** The planned weeks are over: one more for each that has begun; the marks move together. */
  #grow() {
    const lived = Math.floor((this.now - this.begins) / WEEK) + 1;
    if (lived <= this.weeks) return;
    while (this.weeks < lived) this.numbers.append(this.#week(this.weeks++));
    for (const lane of this.lanes.values()) {
      for (const spot of lane.children) spot.style.setProperty("--at", this.#placeOf(spot.dataset.at));
    }
  }

  #placeOf(instant) {
    return `${((new Date(instant) - this.begins) / (this.weeks * WEEK)) * 100}%`;
  }

  #concerns(mark) {
    return ["strain", "digest", "read"].includes(mark.kind) || String(mark.chat) === this.chat;
  }

  #mark(mark, place) {
    const when = at(mark.at, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    const label = `${mark.label}, ${when}`;
    const other = mark.kind === "strain" && String(mark.chat) !== this.chat ? " is-other" : "";
    const spot = el("button", {
      type: "button",
      class: `spot${other}`,
      title: label,
      "data-at": mark.at,
      "aria-label": label,
      tabindex: place === 0 ? "0" : "-1",
      on: { click: () => this.go.back(mark.at, mark) },
    });
    spot.style.setProperty("--at", this.#placeOf(mark.at));
    spot.append(el("i", { class: `mark is-${mark.kind}` }));
    return spot;
  }
}
