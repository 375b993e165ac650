// One message as a phone shows it: words with their styles, a picture or document, the keyboard.

import { at, clockTime, el, icon, size, t } from "./dom.js";

const STYLES = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};
const LINKS = /^(https?|tg|mailto|tel):/i;
const MOMENT = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };

const away = (href, text, more = {}) =>
  el("a", { href, text, target: "_blank", rel: "noopener noreferrer", ...more });

function styled(part) {
  let made = document.createTextNode(part.text);
  if (part.href && LINKS.test(part.href)) made = away(part.href, part.text);
  for (const style of part.styles) {
    if (style === "spoiler") made = hiddenUntilAsked(made);
    else if (STYLES[style]) made = el(STYLES[style], {}, made);
  }
  return made;
}

function hiddenUntilAsked(inside) {
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0" }, inside);
  cover.setAttribute("aria-label", t("spoiler"));
  const open = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    cover.classList.add("is-open");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", open, { once: true });
  cover.addEventListener("keydown", open);
  return cover;
}

function picture(media, enlarge) {
  const alt = media.name || t("picture");
  const image = (more) => el("img", { src: media.url, alt, ...more });
  const small = image({ width: media.width || null, height: media.height || null });
  const label = t("enlarge", { name: alt });
  const open = () => enlarge(image({}));
  return el("button", { type: "button", class: "photo", "aria-label": label, on: { click: open } }, small);
}

function shownMedia(media, enlarge) {
  if (media.kind === "photo") return picture(media, enlarge);
  if (media.kind === "sticker") {
    return el("span", { class: "sticker", role: "img", "aria-label": t("sticker"), text: media.name || "🙂" });
  }
  const link = away(media.url, undefined, { class: "document" });
  link.append(
    el("span", { class: "document-icon" }, icon("down")),
    el("span", { class: "document-name", dir: "auto", text: media.name }),
    el("span", { class: "document-size", text: media.size ? size(media.size) : "" }),
  );
  return link;
}

function key(button, row, column, tap) {
  if (button.url) {
    const link = LINKS.test(button.url) ? button.url : null;
    const more = { class: "key is-link", dir: "auto" };
    return link ? away(link, button.label, more) : el("span", { ...more, text: button.label });
  }
  const tapped = (event) => tap(row, column, event.currentTarget);
  return el("button", { type: "button", class: "key", dir: "auto", text: button.label, on: { click: tapped } });
}

function keys(rows, tap) {
  const drawn = rows.map((row, y) =>
    el("div", { class: "keys" }, ...row.map((button, x) => key(button, y, x, tap))),
  );
  return el("div", { class: "keyboard", role: "group", "aria-label": t("answers") }, ...drawn);
}

/** The words of a message without their styles. */
export const words = (message) =>
  message.parts.map((part) => part.text).join("") || message.media?.name || "";

/** The message as an element. `may` has `tap(row, column, button)`, `enlarge(image)`, and `ask()`
 * for what is behind it. */
export function drawn(message, sender, may) {
  const { media, keyboard, parts } = message;
  const bubble = el("div", { class: media ? `bubble has-${media.kind}` : "bubble" });
  bubble.append(el("span", { class: "unseen", text: `${sender}: ` }));
  if (media) bubble.append(shownMedia(media, may.enlarge));
  if (parts.length) bubble.append(el("div", { class: "words", dir: "auto" }, ...parts.map(styled)));
  const time = el("time", { datetime: message.at, title: at(message.at, MOMENT), text: clockTime(message.at) });
  const edited = message.edited ? el("span", { text: t("edited") }) : null;
  bubble.append(el("span", { class: "foot" }, edited, time));
  const behind = el("button", { type: "button", class: "behind", "aria-label": t("behind_this"), text: "?" });
  behind.addEventListener("click", () => may.ask(behind));
  const made = el("article", { class: `message is-${message.from}`, tabindex: "-1" });
  made.append(el("div", { class: "line" }, bubble, behind));
  if (keyboard?.length) made.append(keys(keyboard, may.tap));
  return made;
}
