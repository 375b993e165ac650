// Elements and sentences. Every text goes in as text, never as markup; every sentence of the page
// comes from the server, in the page's language.

const sentences = new Map();
let zone = "UTC";
let language = "";

/** Takes what `hello` says of language, zone and sentences, and writes them where they stand. */
export function speak(hello) {
  language = hello.language;
  zone = hello.zone;
  document.documentElement.lang = language;
  for (const [key, text] of Object.entries(hello.texts)) sentences.set(key, text);
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

export const find = (selector, within = document) => within.querySelector(selector);

const formats = new Map();

/** An instant in the practice's zone, as `Intl` writes it in the page's language. */
export function at(instant, options) {
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(language, { timeZone: zone, ...options }));
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
