// The page of `interlude flows try --page`: the phone of one client, beside the file that is written.

import { clockTime, counted, el, find, longDay, speak, t } from "./dom.js";
import { Phone } from "./phone.js";
import { listen, notify, tryTo } from "./wire.js";

const phone = new Phone(find("#phone .phone"));
const fill = (selector, ...children) => find(selector).replaceChildren(...children);

// --- the file

let flow = null;

function drawFlow(now) {
  flow = now;
  find("#title").textContent = flow?.title ?? "";
  find("#file").textContent = flow?.file ?? "";
  const options = (flow?.languages ?? []).map(({ code, name }) => el("option", { value: code, text: name }));
  fill("#language", ...options);
  find("#language").value = flow?.language ?? "";
  find("#languages").hidden = options.length < 2;
  propose(flow?.story ?? "");
  document.title = flow ? `${flow.title} · Interlude` : "Interlude";
}

/** A name for the story, unless the author has begun to write one. */
function propose(name) {
  const field = find("#keep-name");
  if (field.value === "" || field.value === field.dataset.proposed) field.value = name;
  field.dataset.proposed = name;
}

/** The list of a folder; who stands in it with the keyboard stays at the same flow. */
function drawFlows(flows) {
  const list = find("#flows");
  const had = list.contains(document.activeElement) ? document.activeElement.value : null;
  list.hidden = flows.length < 2 && (!flow || flows.every((one) => one.id === flow.id));
  list.replaceChildren(...flows.map((one) => flowButton(one, one.id === flow?.id)));
  if (had) [...list.children].find((one) => one.value === had)?.focus();
}

function flowButton({ id, title, file, problems }, chosen) {
  const count = problems ? counted("problems_count", problems) : "";
  const on = { click: () => tryTo("choose", { flow: id }) };
  const inside = [el("b", { dir: "auto", text: title || file }), el("span", { text: count })];
  return el("button", { type: "button", value: id, "aria-pressed": String(chosen), on }, ...inside);
}

function drawStanding({ kind, text }) {
  const line = find("#standing");
  line.className = `standing is-${kind}`;
  if (line.textContent !== (text ?? "")) line.textContent = text ?? "";
}

function drawProblems(problems) {
  const told = problems.length ? counted("problems_count", problems.length) : t("problems_none");
  if (find("#problem-count").textContent !== told) find("#problem-count").textContent = told;
  const entry = ({ line, column, code, severity, what, mend }) => {
    const kind = el("p", { class: "severity", text: t(`problem_${severity}`) });
    const place = el("p", { class: "soft", text: `${t("problem_at", { line, column })} · ${code}` });
    const advice = mend ? el("p", { class: "mend", text: mend }) : null;
    return el("li", { class: `is-${severity}` }, kind, place, el("p", { text: what }), advice);
  };
  fill("#problems", ...problems.map(entry));
}

/** One entry a step: its line, where it is on the way, and the lines that belong to it. */
function drawOutline(lines) {
  const entry = ({ step, text, state }) => {
    const told = el("span", { class: "state", text: t(`outline_${state}`) });
    const more = lines.filter((line) => line.step === step && line.depth > 0);
    const inside = more.map((line) => el("p", { dir: "auto", text: line.text }));
    const [, name, kind] = /^(.*?)( \(.*\))?$/.exec(text);
    const first = el("span", {}, el("b", { text: name }), kind ?? "");
    const made = el("li", { class: `is-${state}` }, first, told, ...inside);
    if (state === "now") made.setAttribute("aria-current", "step");
    return made;
  };
  const list = find("#outline");
  list.replaceChildren(...lines.filter((line) => line.depth === 0).map(entry));
  const here = find("[aria-current]", list);
  if (here) list.scrollTop = here.offsetTop - list.offsetTop - (list.clientHeight - here.clientHeight) / 2;
}

function drawKept(rows) {
  const row = ({ step, value, note }) => [
    el("dt", { text: step }),
    el("dd", { dir: "auto", text: value }),
    ...(note ? [el("dd", { class: "soft", text: note })] : []),
  ];
  if (rows.length) fill("#kept", ...rows.flatMap(row));
  else fill("#kept", el("dt", { class: "soft", text: t("kept_none") }), el("dd", {}));
}

function drawBranch(lines) {
  const told = lines.length ? lines : [t("branch_none")];
  fill("#branch", ...told.map((text) => el("p", { dir: "auto", text })));
}

/** Copies its text; where the browser refuses that, the text is selected for the author to copy. */
async function isCopied(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return false;
  }
}

function drawStory(story) {
  if (!story) return fill("#kept-as");
  const command = el("code", { text: story.command });
  const told = el("span", { class: "soft" });
  const copy = async () => (told.textContent = t((await isCopied(command)) ? "copied" : "copy_selected"));
  const button = el("button", { type: "button", text: t("copy"), on: { click: copy } });
  return fill("#kept-as", el("p", { text: story.text }), command, button, told);
}

// --- what can be done

find("#language").addEventListener("change", (event) => tryTo("language", { to: event.target.value }));
find("#restart").addEventListener("click", () => tryTo("restart"));
find("#wait").addEventListener("submit", (event) => {
  event.preventDefault();
  tryTo("wait", { for: find("#wait-for").value.trim() });
});
find("#keep").addEventListener("submit", (event) => {
  event.preventDefault();
  tryTo("keep", { name: find("#keep-name").value });
});

// --- what the server tells

function drawMoment({ now }) {
  find("#now-time").textContent = now ? clockTime(now) : "";
  find("#now-day").textContent = now ? longDay(now) : "";
}

const beside = {
  flow: drawFlow,
  flows: drawFlows,
  standing: drawStanding,
  problems: drawProblems,
  outline: drawOutline,
  kept: drawKept,
  branch: drawBranch,
  story: drawStory,
};

function hello(all) {
  speak(all);
  phone.speak();
  const [person] = all.people;
  phone.show(String(person.chat), all.chats[person.chat], person);
  drawMoment(all);
  for (const [kind, draw] of Object.entries(beside)) draw(all[kind]);
  document.body.removeAttribute("aria-busy");
}

listen({
  hello,
  now: drawMoment,
  message: ({ message }) => phone.message(message),
  gone: ({ id }) => phone.gone(id),
  toast: (toast) => phone.tell(toast),
  notice: ({ text }) => notify(text),
  problem: ({ text }) => notify(text),
  ...beside,
});
