// The words of each chat that are typed and not yet said. They stand in the field until the server
// has them; whoever types on meanwhile loses no letter, and what could not be said stays.

import { kept } from "./dom.js";

const nameOf = (chat) => `draft ${chat}`;
const together = (words) => words.map(({ text }) => text).join("");

export class Drafts {
  #onTheirWay = new Map();

  constructor(field) {
    this.field = field;
  }

  /** The field shows the draft of this chat. */
  open(chat) {
    this.chat = chat;
    this.field.value = kept.read(nameOf(chat)) ?? "";
    this.#showWay();
  }

  /** Whatever stands in the field now is the draft of its chat. */
  keep() {
    kept.write(nameOf(this.chat), this.field.value);
  }

  /** Words that are typed and not yet on their way; from now on they are. null: there are none. */
  take() {
    const before = this.#onTheirWay.get(this.chat) ?? [];
    const { value } = this.field;
    const way = value.startsWith(together(before)) ? before : []; // what was in front is edited
    const words = { chat: this.chat, text: value.slice(together(way).length), isRefused: false };
    if (!words.text.trim()) return null;
    this.#onTheirWay.set(this.chat, [...way, words]);
    this.#showWay();
    return words;
  }

  /** The server has answered: what is said leaves the field, and all else stays in it. */
  settle(words, isSaid) {
    words.isRefused = !isSaid;
    const way = this.#onTheirWay.get(words.chat) ?? [];
    const place = way.indexOf(words);
    if (place >= 0 && isSaid) {
      this.#takeOut(words, together(way.slice(0, place)).length);
      way.splice(place, 1);
    }
    if (way.every(({ isRefused }) => isRefused)) this.#onTheirWay.delete(words.chat);
    this.#showWay();
  }

  #takeOut({ chat, text }, start) {
    const isShown = chat === this.chat;
    const draft = isShown ? this.field.value : (kept.read(nameOf(chat)) ?? "");
    if (!draft.startsWith(text, start)) return;
    const end = start + text.length;
    if (isShown) this.field.setRangeText("", start, end, "preserve");
    kept.write(nameOf(chat), draft.slice(0, start) + draft.slice(end));
  }

  #showWay() {
    this.field.setAttribute("aria-busy", String(this.#onTheirWay.has(this.chat)));
  }
}
