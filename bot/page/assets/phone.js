// A phone with one chat open, as Telegram shows it. It is told what happens and tells what its
// visitor does; it decides nothing, and it loses no word that somebody has begun to type.

import { dayOf, el, find, icon, longDay, t } from "./dom.js";
import { Drafts } from "./drafts.js";
import { drawn, words } from "./message.js";
import { act } from "./wire.js";

const NEAR = 48;
const MARGIN = 16;
const TOAST = 5000;

export class Phone {
  #shown = new Map();
  #lastDay = "";
  #unseen = 0;
  #toastTimer = 0;
  #troubles = new Map();

  /** `root` becomes a phone; `ask(chat, message, button)` is told where somebody looks behind. */
  constructor(root, { ask = () => {} } = {}) {
    this.root = root;
    this.chat = null;
    this.ask = ask;
    this.#build();
  }

  #build() {
    const press = (done) => ({ click: done });
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", tabindex: "0" });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, on: press(() => this.toEnd()) });
    this.toast = el("div", { class: "toast", role: "status" });
    this.alert = el("div", { class: "alert", role: "alertdialog", hidden: true });
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.menu = el("ul", { class: "menu", hidden: true });
    this.replies = el("div", { class: "replies", hidden: true });
    this.slash = el("button", { type: "button", class: "slash", text: "/", "aria-expanded": "false" });
    this.slash.addEventListener("click", () => this.#openMenu(this.menu.hidden));
    this.sticker = el("button", { type: "button", class: "smile", on: press(() => this.#do("sticker")) }, icon("smile"));
    this.input = el("textarea", { rows: "1", dir: "auto", enterkeyhint: "send", maxlength: "4096" });
    this.drafts = new Drafts(this.input);
    this.send = el("button", { type: "submit", class: "send" }, icon("send"));
    this.form = el("form", { class: "typing" }, this.slash, this.input, this.sticker, this.send);
    this.unblock = el("button", { type: "button", class: "unblock", hidden: true });
    this.unblock.addEventListener("click", () => this.#do("block", { on: false }));
    this.head = el("header", { class: "bar" }, el("span", { class: "face", "aria-hidden": "true" }));
    this.title = el("h3", { text: "Interlude" });
    this.under = el("p", {});
    this.block = el("button", { type: "button", class: "block", on: press(() => this.#do("block", { on: true })) });
    this.head.append(el("div", {}, this.title, this.under), this.block);
    const screen = el("div", { class: "screen" }, this.log, this.jump, this.toast, this.alert);
    const foot = el("div", { class: "below" }, this.trouble, this.menu, this.replies, this.form, this.unblock);
    this.said = el("div", { class: "unseen", "aria-live": "polite" });
    this.root.replaceChildren(this.head, screen, foot, this.said);
    this.#listen();
  }

  #listen() {
    this.log.addEventListener("scroll", () => this.isAtEnd() ? this.#seen() : this.#showJump(), { passive: true });
    this.input.addEventListener("input", () => {
      this.drafts.keep();
      this.#complain(this.chat, "");
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#sayTyped();
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      this.#openMenu(false);
      this.slash.focus();
    });
  }

  /** Writes the sentences of the phone itself; once they are there. */
  speak() {
    for (const [part, key] of [
      [this.log, "messages"],
      [this.slash, "menu"],
      [this.sticker, "send_sticker"],
      [this.input, "write"],
      [this.send, "send"],
    ]) {
      part.setAttribute("aria-label", t(key));
    }
    this.input.placeholder = t("write");
    this.under.textContent = t("bot");
    this.block.textContent = t("block");
    this.unblock.textContent = t("unblock");
  }

  /** Shows this chat; the same one again stays where it was scrolled to. */
  show(chat, state, person) {
    const same = chat === this.chat;
    const end = this.isAtEnd();
    if (!same) this.#leave();
    this.chat = chat;
    this.who = person;
    for (const id of [...this.#shown.keys()]) {
      if (!state.messages.some((message) => message.id === id)) this.gone(id);
    }
    for (const message of state.messages) this.#put(message);
    this.#says(state);
    this.meet(person);
    if (!same) this.#arrive(state.unread ?? 0);
    else if (end) this.toEnd();
  }

  #leave() {
    this.#shown.clear();
    this.#lastDay = "";
    this.log.replaceChildren();
    this.toast.textContent = "";
    this.alert.hidden = true;
    this.#openMenu(false);
  }

  #arrive(unread) {
    this.drafts.open(this.chat);
    this.#showTrouble();
    this.#seen();
    const fresh = unread ? [...this.log.querySelectorAll(".is-bot")].at(-unread) : null;
    fresh?.before(el("p", { class: "day is-new", text: t("new_messages") }));
    if (fresh) this.#bringIn(fresh.previousElementSibling);
    else this.toEnd();
  }

  /** Who holds this phone has changed: blocked or not. */
  meet(person) {
    this.who = person;
    this.form.hidden = person.blocked;
    this.unblock.hidden = !person.blocked;
    this.block.hidden = person.blocked;
    this.log.lang = (person.language ?? "").split("_")[0]; // a form of address is no language
  }

  /** The chat's commands and the keyboard that stands instead of its own. */
  #says({ commands, reply_keyboard: rows }) {
    this.#fillMenu(commands ?? []);
    this.replies.hidden = !rows;
    const button = (label) => {
      const on = { click: () => this.#do("say", { text: label }) };
      return el("button", { type: "button", class: "key", dir: "auto", text: label, on });
    };
    this.replies.replaceChildren(...(rows ?? []).map((row) => el("div", { class: "keys" }, ...row.map(button))));
  }

  commands(commands) {
    this.#fillMenu(commands);
  }

  #fillMenu(commands) {
    const entry = ({ command, description }) => {
      const inside = [el("b", { text: `/${command}` }), el("span", { dir: "auto", text: description })];
      const pick = () => {
        this.#openMenu(false);
        this.slash.focus();
        this.#do("say", { text: `/${command}` });
      };
      return el("li", {}, el("button", { type: "button", on: { click: pick } }, ...inside));
    };
    this.menu.replaceChildren(...commands.map(entry));
    this.slash.hidden = commands.length === 0;
  }

  #openMenu(open) {
    this.menu.hidden = !open;
    this.slash.setAttribute("aria-expanded", String(open));
    if (open) find("button", this.menu)?.focus();
  }

  /** A new message, or one that stands otherwise now. */
  message(message) {
    const end = this.isAtEnd();
    const fresh = this.#put(message);
    if (end) this.toEnd();
    if (!fresh || message.from === "person") return;
    this.said.textContent = message.from === "note" ? `${t("note")}: ${words(message)}` : words(message);
    if (end) return;
    this.#unseen += 1;
    this.#showJump();
  }

  #put(message) {
    const before = this.#shown.get(message.id);
    const written = JSON.stringify(message);
    if (before?.written === written) return false;
    const sender = { bot: "Interlude", note: t("note") }[message.from] ?? this.who?.name ?? "";
    const element = drawn(message, sender, {
      tap: (row, column, button) => this.#tap(message.id, row, column, button),
      enlarge: (image) => enlarge(image),
      ask: (button) => this.ask(this.chat, message.id, button),
    });
    this.#shown.set(message.id, { element, written });
    if (before) this.#replace(before.element, element);
    else this.#append(element, message.at);
    return !before;
  }

  #append(element, at) {
    const day = dayOf(at);
    if (day !== this.#lastDay) this.log.append(el("p", { class: "day", text: longDay(at) }));
    this.#lastDay = day;
    this.log.append(element);
  }

  /** In place; who had the keyboard's focus in it keeps it at the same button, or in the message. */
  #replace(old, element) {
    const had = old.contains(document.activeElement) ? document.activeElement : null;
    if (old.classList.contains("is-pointed")) element.classList.add("is-pointed");
    old.replaceWith(element);
    if (!had) return;
    const same = [...element.querySelectorAll("button, a")].find((one) => one.textContent === had.textContent);
    (same ?? find(".key", element) ?? element).focus({ preventScroll: true });
  }

  gone(id) {
    const element = this.#shown.get(id)?.element;
    if (!element) return;
    const day = element.previousElementSibling;
    const next = element.nextElementSibling;
    if (element.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    element.remove();
    this.#shown.delete(id);
    if (day?.classList.contains("day") && (next?.classList.contains("day") ?? true)) {
      if (!next) this.#lastDay = "";
      day.remove();
    }
  }

  /** The few words that Telegram shows above a chat after a tap. */
  tell({ text, alert }) {
    this.alert.hidden = true;
    if (!text) return;
    if (!alert) {
      this.toast.textContent = text;
      clearTimeout(this.#toastTimer);
      this.#toastTimer = setTimeout(() => (this.toast.textContent = ""), TOAST);
      return;
    }
    const from = this.root.contains(document.activeElement) ? document.activeElement : null;
    const close = () => {
      this.alert.hidden = true;
      from?.focus();
    };
    const ok = el("button", { type: "button", text: t("ok"), on: { click: close } });
    this.alert.replaceChildren(el("p", { dir: "auto", text }), ok);
    this.alert.setAttribute("aria-label", text);
    this.alert.hidden = false;
    if (from) ok.focus();
  }

  /** Rings this message and brings it into sight, a long one by its part; null: none. */
  point(id, part = "start") {
    find(".is-pointed", this.log)?.classList.remove("is-pointed");
    const element = this.#shown.get(id)?.element;
    if (!element) return;
    element.classList.add("is-pointed");
    this.toast.textContent = "";
    this.#bringIn(element, part);
  }

  /** Scrolls to the first message of this moment or later; false: there is none. */
  goTo(instant) {
    const times = [...this.log.querySelectorAll("time")];
    const first = times.find((time) => new Date(time.dateTime) >= new Date(instant));
    if (!first) this.toEnd();
    else this.#bringIn(first.closest("article"));
    return Boolean(first);
  }

  /** In the middle of the screen; what is longer than it, from its beginning or to its end. The
   * page itself stays where it is. */
  #bringIn(element, part = "start") {
    const { log } = this;
    const top = element.getBoundingClientRect().top - log.getBoundingClientRect().top + log.scrollTop;
    const room = log.clientHeight - element.offsetHeight;
    const above = room > 0 ? room / 2 : part === "end" ? room - MARGIN : MARGIN;
    log.scrollTop = top - above;
    this.#showJump();
  }

  /** Brings the phone itself into sight, where the page is longer than its window. */
  comeIn() {
    this.root.scrollIntoView({ block: "nearest" });
  }

  /** Somebody is in the middle of a sentence here. */
  get isWrittenIn() {
    return document.activeElement === this.input && this.input.value !== "";
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.#seen();
  }

  #seen() {
    this.#unseen = 0;
    this.#showJump();
  }

  #showJump() {
    this.jump.hidden = this.isAtEnd();
    const count = this.#unseen;
    this.jump.replaceChildren(...(count ? [el("b", { text: count })] : []), icon("down"));
    this.jump.setAttribute("aria-label", count ? t("jump_new", { count }) : t("jump"));
  }

  /** What could not be done is said in the chat where it was tried, whichever is open now. */
  #complain(chat, text) {
    this.#troubles.set(chat, text);
    this.#showTrouble();
  }

  #showTrouble() {
    const text = this.#troubles.get(this.chat) ?? "";
    this.trouble.textContent = text;
    this.trouble.hidden = !text;
  }

  async #do(what, more = {}) {
    const { chat } = this;
    const { error } = await act(what, { chat, ...more });
    this.#complain(chat, error ?? "");
    return !error;
  }

  async #tap(message, row, column, button) {
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    await this.#do("tap", { message, row, column });
    button.removeAttribute("aria-busy");
  }

  async #sayTyped() {
    const words = this.drafts.take();
    if (!words) return;
    const said = await this.#do("say", { text: words.text });
    this.drafts.settle(words, said);
    if (said && words.chat === this.chat) this.toEnd();
  }
}

/** Shows a picture as large as the window, until it is closed. */
function enlarge(image) {
  const close = el("button", { type: "button", class: "close", "aria-label": t("close") }, icon("close"));
  const dialog = el("dialog", { class: "large", "aria-label": image.alt }, close, image);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

