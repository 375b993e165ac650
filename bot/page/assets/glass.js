// Behind the glass: what is stored for a message, which rule spoke, the way of the outbox row.

import { at, el, find, t } from "./dom.js";
import { tryTo } from "./wire.js";

const MOMENT = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" };

const heading = (key) => el("h4", { text: t(key) });
const sentences = (lines) => lines.map((line) => el("p", { dir: "auto", text: line }));

function section(key, drawn) {
  const inside = drawn.length ? drawn : [el("p", { class: "none", text: t(`${key}_none`) })];
  return el("section", {}, heading(key), ...inside);
}

const stored = ({ table, column, ciphertext }) =>
  el("div", { class: "cell" }, el("b", { text: `${table}.${column}` }), el("code", { text: ciphertext }));

const outbox = (rows) => {
  if (!rows.length) return [];
  const line = ({ state, kind, at: when }) =>
    el("li", {}, el("b", { text: state }), ` ${kind} `, el("time", { datetime: when, text: at(when, MOMENT) }));
  return [el("ol", {}, ...rows.map(line))];
};

export class Glass {
  constructor(root, button) {
    this.root = root;
    this.button = button;
    button.addEventListener("click", () => this.open(this.root.hidden));
  }

  get isOpen() {
    return !this.root.hidden;
  }

  speak() {
    if (this.root.childElementCount) return;
    this.answer = el("div", { class: "answer" }, el("p", { text: t("glass_how") }));
    this.ahead = el("div", { class: "answer" });
    const ask = el("button", { type: "button", text: t("days_ahead"), on: { click: () => this.#days() } });
    this.title = el("h3", { tabindex: "-1", text: t("glass") });
    this.root.replaceChildren(this.title, this.answer, ask, this.ahead);
  }

  open(open) {
    this.root.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("is-behind", open);
  }

  /** The client in the left phone, of whom the next days are asked. */
  follow(chat) {
    if (this.chat === chat) return;
    this.chat = chat;
    this.ahead?.replaceChildren();
  }

  /** The next days are those from one moment on; at another they have to be asked for again. */
  standAt(now) {
    if (this.now === now) return;
    this.now = now;
    this.ahead?.replaceChildren();
  }

  async ask(chat, message, from) {
    const found = await tryTo("glass", { chat, message });
    if (found.error) return;
    find(".is-asked")?.classList.remove("is-asked");
    from.closest("article")?.classList.add("is-asked");
    this.answer.replaceChildren(
      section("glass_why", sentences(found.why)),
      section("glass_rule", sentences(found.rule)),
      section("glass_stored", found.stored.map(stored)),
      section("glass_outbox", outbox(found.outbox)),
      ...(found.erased ? [el("p", { class: "none", text: found.erased })] : []),
    );
    this.title.focus({ preventScroll: false });
  }

  async #days() {
    const found = await tryTo("days", { chat: this.chat });
    if (!found.error) this.ahead.replaceChildren(...sentences(found.lines));
  }
}
