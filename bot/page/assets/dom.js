// Elements and sentences. Every text goes in as text, never as markup; every sentence of the page
// comes from the server, in the page's language.

const sentences = new Map();
let zone = "UTC";
let language = "";
// English as the bot writes it: the day before the month, and hours up to 24
const WRITTEN = { en: "en-GB" };

/** Takes what `hello` says of language, zone and sentences, and writes them where they stand. */
export function speak(hello) {
  language = hello.language;
  zone = hello.zone;
  document.documentElement.lang = language;
  for (const [key, text] of Object.entries(hello.texts)) {
    if (typeof text === "string") sentences.set(key, text);
  }
  for (const spot of document.querySelectorAll("[data-t]")) spot.textContent = t(spot.dataset.t);
  for (const spot of document.querySelectorAll("[data-label]")) {
    spot.setAttribute("aria-label", t(spot.dataset.label));
  }
}

/** A sentence of the page; `{name}` in it takes the value of that name. */
export function t(key, values = {}) {
  return (sentences.get(key) ?? "").replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A sentence that follows a number: `key_one` for one, else `key`. */
export const counted = (key, count) => t(count === 1 ? `${key}_one` : key, { count });

/** An element; `on` holds what is done at its events, `text` its text, the rest are attributes. */
export function el(tag, { on = {}, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  for (const [event, done] of Object.entries(on)) made.addEventListener(event, done);
  if (text !== undefined) made.textContent = text;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const DRAWING = "http://www.w3.org/2000/svg";
const ICONS = {
  send: "M4 12 20 4l-5 16-3.500-6.500zM11.500 13.500 20 4",
  smile: "M12 3a9 9 0 1 0 .01 0M8.500 10v.01M15.500 10v.01M8 14.500c2 2.700 6 2.700 8 0",
  down: "M12 5v14M6 13l6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
};

/** A line drawing beside a label; it says nothing by itself. */
export function icon(name) {
  const drawing = document.createElementNS(DRAWING, "svg");
  const line = document.createElementNS(DRAWING, "path");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "icon");
  line.setAttribute("d", ICONS[name]);
  drawing.append(line);
  return drawing;
}

export const find = (selector, within = document) => within.querySelector(selector);

const formats = new Map();

/** An instant in the practice's zone, as `Intl` writes it in the page's language. */
export function at(instant, options) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(WRITTEN[language] ?? language, { timeZone: zone, ...options }));
  }
  return formats.get(key).format(new Date(instant));
}

export const clockTime = (instant) => at(instant, { hour: "2-digit", minute: "2-digit" });
export const longDay = (instant) => at(instant, { weekday: "long", day: "numeric", month: "long" });

/** The local day of an instant, to tell one day from the next. */
export const dayOf = (instant) => at(instant, { year: "numeric", month: "2-digit", day: "2-digit" });

export function size(bytes) {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = { style: "unit", unit, maximumFractionDigits: amount < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language, digits).format(amount);
}

/** What stays in this window over a reload; a browser that keeps nothing still shows the page. */
export const kept = {
  read(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value) sessionStorage.setItem(key, value);
      else sessionStorage.removeItem(key);
    } catch {
      // it stays on the screen, and goes with the window
    }
  },
};
