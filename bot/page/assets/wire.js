// The wire to the server: what happens comes in, what the visitor does goes out.

import { find, t } from "./dom.js";

const AGAIN = 1000;

/** Hears the server: `heard` has one function for each kind of event. A lost connection is said,
 * and made anew; `hello` then gives the whole picture again. */
export function listen(heard) {
  const source = new EventSource("/events");
  for (const [kind, done] of Object.entries(heard)) {
    source.addEventListener(kind, (event) => {
      if (kind === "hello") isThere(true);
      done(JSON.parse(event.data));
    });
  }
  source.addEventListener("error", () => {
    isThere(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(heard), AGAIN);
  });
}

function isThere(there) {
  const notice = find("#lost");
  if (notice.hidden === there) return;
  notice.hidden = there;
  notice.textContent = there ? "" : t("lost");
  document.body.classList.toggle("is-lost", !there);
}

let last = Promise.resolve();

/** Does something, after everything that was done before; `{}` or what the server answers, or
 * `{error}` with a sentence for the visitor. */
export function act(what, wish = {}) {
  last = last.then(() => ask(what, wish));
  return last;
}

async function ask(what, wish) {
  try {
    const answer = await fetch(`/do/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
    if (answer.ok || answer.status === 409) return await answer.json();
    return { error: t(answer.status === 413 ? "too_long" : "went_wrong") };
  } catch {
    return { error: t("not_sent") };
  }
}

/** Shows a sentence at the foot of the page, until it has been read or tapped away. */
export function notify(text) {
  const notice = find("#notice");
  notice.onclick = () => (notice.hidden = true);
  notice.textContent = text;
  notice.hidden = !text;
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => {
    notice.hidden = true;
  }, 8000);
}

let refused = null;

/** Does something, and shows the sentence where it could not be done; it goes when something can. */
export async function tryTo(what, wish) {
  const answer = await act(what, wish);
  if (answer.error) notify(answer.error);
  else if (refused !== null && refused === find("#notice").textContent) notify("");
  refused = answer.error ?? null;
  return answer;
}
