// The card of the guided tour: one stop at a time, each one click away, left at any moment.

import { el, find, t } from "./dom.js";
import { tryTo } from "./wire.js";

export class Tour {
  constructor(root) {
    this.root = root;
    this.asked = false;
  }

  /** Shows this stop; null: how to begin. The focus follows whoever asked here. */
  show(tour) {
    const written = JSON.stringify(tour);
    if (this.written === written) return;
    this.written = written;
    const had = this.root.contains(document.activeElement);
    this.root.replaceChildren(...(tour ? this.#stop(tour) : this.#offer()));
    this.root.classList.toggle("is-on", Boolean(tour));
    if (this.asked || had) find("h2", this.root).focus({ preventScroll: true });
    if (this.asked) this.root.scrollIntoView({ block: "nearest" });
    this.asked = false;
  }

  #button(key, stop, more = {}) {
    const go = async () => {
      this.asked = true;
      for (const one of this.root.querySelectorAll("button")) one.setAttribute("aria-busy", "true");
      const { error } = await tryTo("tour", { stop });
      for (const one of this.root.querySelectorAll("button")) one.removeAttribute("aria-busy");
      if (error) this.asked = false;
    };
    return el("button", { type: "button", text: t(key), on: { click: go }, ...more });
  }

  #offer() {
    const title = el("h2", { tabindex: "-1", text: t("tour_offer") });
    const words = el("div", { class: "words" }, title, el("p", { text: t("tour_offer_why") }));
    return [words, el("div", { class: "go" }, this.#button("tour_begin", 1, { class: "first" }))];
  }

  #stop({ stop, of, title, why, can_go_on: goesOn }) {
    const step = el("p", { class: "step", text: t("tour_step", { stop, of }) });
    const head = el("h2", { tabindex: "-1", text: title });
    const words = el("div", { class: "words" }, step, head, el("p", { text: why }));
    const last = stop === of;
    const go = el("div", { class: "go" });
    go.append(this.#button("tour_leave", 0, { class: "plain" }));
    if (stop > 1) go.append(this.#button("tour_back", stop - 1));
    if (!last) go.append(this.#button("tour_next", stop + 1, { class: "first", disabled: !goesOn }));
    return [words, go];
  }
}
