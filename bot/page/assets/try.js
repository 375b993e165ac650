// The page of `interlude flows try --page`: the phone of one client, beside the file that is written.

import { clockTime, counted, el, find, longDay, speak, t } from "./dom.js";
import { Phone } from "./phone.js";
import { listen, notify, tryTo } from "./wire.js";

const phone = new Phone(find("#phone .phone"));
const fill = (selector, ...children) => find(selector).replaceChildren(...children);

// --- the file

let chosen = null;

function drawFlow({ id, file, title, languages, language, story }) {
  chosen = file;
  document.title = `${title || id} · Interlude`;
  find("#title").textContent = title || id;
  find("#file").textContent = file;
  const options = languages.map(({ code, name }) => el("option", { value: code, text: name }));
  fill("#language", ...options);
  find("#language").value = language;
  const name = find("#keep-name");
  if (document.activeElement !== name) name.value = story ?? "";
}

function drawFlows(flows) {
  find("#flows").hidden = flows.length < 2;
  fill("#flows", ...flows.map((flow) => flowButton(flow, flow.file === chosen)));
}

function drawStanding(standing) {
  const line = find("#standing");
  line.textContent = standing?.text ?? "";
  line.className = `standing is-${standing?.kind ?? "good"}`;
}

function flowButton(flow, chosen) {
  const count = flow.problems ? counted("problems_count", flow.problems) : "";
  const on = { click: () => tryTo("choose", { flow: flow.file }) };
  const inside = [el("b", { dir: "auto", text: flow.title || flow.file }), el("span", { text: count })];
  return el("button", { type: "button", "aria-pressed": String(chosen), on }, ...inside);
}

function drawProblems(problems) {
  const told = problems.length ? counted("problems_count", problems.length) : t("problems_none");
  if (find("#problem-count").textContent !== told) find("#problem-count").textContent = told;
  const entry = ({ line, column, code, what, mend, severity = "error" }) =>
    el(
      "li",
      { class: `is-${severity}` },
      el("p", { class: "severity", text: t(`problem_${severity}`) }),
      el("p", { class: "soft", text: `${t("problem_at", { line, column })} · ${code}` }),
      el("p", { text: what }),
      mend ? el("p", { class: "mend", text: mend }) : null,
    );
  fill("#problems", ...problems.map(entry));
}

function drawOutline(steps) {
  const entry = ({ step, text, depth, state }) => {
    const told = el("span", { class: "state", text: t(`outline_${state}`) });
    const words = el("span", { dir: "auto", text });
    const made = el("li", { class: `is-${state}` }, el("b", { text: step }), words, told);
    if (state === "now") made.setAttribute("aria-current", "step");
    made.style.setProperty("--depth", depth);
    return made;
  };
  fill("#outline", ...steps.map(entry));
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

// --- what can be done

find("#language").addEventListener("change", (event) => tryTo("language", { to: event.target.value }));
find("#restart").addEventListener("click", () => tryTo("restart"));
find("#wait").addEventListener("submit", (event) => {
  event.preventDefault();
  tryTo("wait", { for: find("#wait-for").value.trim() });
});
find("#keep").addEventListener("submit", async (event) => {
  event.preventDefault();
  await tryTo("keep", { name: find("#keep-name").value.trim() });
});

function drawStory({ text, command }) {
  const copy = () => navigator.clipboard.writeText(command);
  const button = el("button", { type: "button", text: t("copy"), on: { click: copy } });
  fill("#kept-as", el("p", { text }), ...(command ? [el("code", { text: command }), button] : []));
}

// --- what the server tells

function drawMoment({ now }) {
  find("#now-time").textContent = clockTime(now);
  find("#now-day").textContent = longDay(now);
}

function hello(all) {
  speak(all);
  phone.speak();
  const [person] = all.people;
  phone.show(String(person.chat), all.chats[person.chat], person);
  drawMoment(all);
  drawFlow(all.flow);
  drawFlows(all.flows ?? []);
  drawStanding(all.standing);
  drawProblems(all.problems ?? []);
  drawOutline(all.outline ?? []);
  drawKept(all.kept ?? []);
  drawBranch(all.branch ?? []);
  document.body.removeAttribute("aria-busy");
}

listen({
  hello,
  now: drawMoment,
  message: ({ message }) => phone.message(message),
  gone: ({ id }) => phone.gone(id),
  toast: (toast) => phone.tell(toast),
  person: (person) => phone.meet(person),
  commands: ({ commands }) => phone.commands(commands),
  flow: drawFlow,
  flows: drawFlows,
  standing: drawStanding,
  story: drawStory,
  notice: ({ text }) => notify(text),
  problems: drawProblems,
  outline: drawOutline,
  kept: drawKept,
  branch: drawBranch,
  problem: ({ text }) => notify(text),
});
