// The page of `interlude demo`: two phones, the clock, the weeks, the tour, behind the glass.

import { clockTime, counted, el, find, kept, longDay, speak, t } from "./dom.js";
import { Glass } from "./glass.js";
import { Phone } from "./phone.js";
import { Tour } from "./tour.js";
import { Weeks } from "./weeks.js";
import { act, listen, notify, tryTo } from "./wire.js";

const SPEEDS = [1, 10, 60, 360, 1440];

const people = new Map();
const chats = new Map();
const unseen = new Map();
let moment = { now: null, travelling: false, playing: null };

const glass = new Glass(find("#glass"), find("#behind"));
const ask = (chat, message, button) => glass.ask(chat, message, button);
const phones = {
  left: new Phone(find("#left .phone"), { ask }),
  right: new Phone(find("#right .phone"), { ask }),
};
const tour = new Tour(find("#tour"));
const weeks = new Weeks(find("#weeks"), { to: travel, back: goBack });

const phoneOf = (chat) => Object.values(phones).find((phone) => phone.chat === String(chat));
const sideOf = (chat) => (phoneOf(chat) === phones.right ? "right" : "left");
const clients = () => [...people.values()].filter((person) => person.role === "client");

// --- the phones

function open(side, id) {
  const chat = String(id);
  const person = people.get(chat);
  if (!person || !chats.has(chat)) return;
  if (phones[side].chat !== chat) act("show", { chat });
  phones[side].show(chat, { ...chats.get(chat), unread: unseen.get(chat) ?? 0 }, person);
  unseen.set(chat, 0);
  drawHolder(side);
  if (side !== "left") return;
  kept.write("client", chat);
  glass.follow(chat);
  weeks.show(chat, moment.now);
  drawPicker();
}

function drawPicker() {
  const picker = find("#client");
  const options = clients().map((person) => {
    const waiting = unseen.get(person.chat) ?? 0;
    const isYou = !person.simulated && person.name !== t("own_client");
    const more = waiting ? [counted("new", waiting)] : isYou ? [t("you")] : [];
    const text = [`${person.name} (${person.alias})`, ...more, ...(person.tongue ? [person.tongue] : [])];
    return el("option", { value: person.chat, text: text.join(" · ") });
  });
  picker.replaceChildren(...options);
  picker.value = phones.left.chat;
}

function drawHolder(side) {
  const person = people.get(phones[side].chat);
  if (!person) return;
  const holder = find(`#${side} .holder`);
  const simulated = find(".switch", holder);
  simulated.setAttribute("aria-checked", String(person.simulated));
  simulated.textContent = t("simulated");
  const name = find("b", holder);
  if (name) name.textContent = person.name;
  find(`#${side}`).classList.toggle("is-visitor", !person.simulated);
}

for (const side of ["left", "right"]) {
  find(`#${side} .switch`).addEventListener("click", () => {
    const { chat, simulated } = people.get(phones[side].chat);
    tryTo("simulate", { chat, on: !simulated });
  });
}
find("#client").addEventListener("change", (event) => open("left", event.target.value));

function turnTo(side) {
  for (const tab of document.querySelectorAll(".tabs button")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.side === side));
    find(`#${tab.dataset.side}`).classList.toggle("is-shown", tab.dataset.side === side);
  }
}
for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => turnTo(tab.dataset.side));
}

// --- the clock

function drawMoment() {
  const { now, travelling, playing } = moment;
  glass.standAt(now);
  find("#now-time").textContent = clockTime(now);
  find("#now-time").dateTime = now;
  find("#now-day").textContent = longDay(now);
  const moving = travelling || playing !== null;
  document.body.classList.toggle("is-moving", moving);
  tellMoving(moving ? t("moving") : `${clockTime(now)}, ${longDay(now)}`, moving);
  find("#play").textContent = t(moving ? "pause" : "play");
  weeks.show(phones.left.chat, now);
}

/** Read out: that time goes by, and where it has come to when it stands still again. */
function tellMoving(words, moving) {
  const line = find("#moving");
  if (moving ? line.textContent !== words : line.textContent === t("moving")) line.textContent = words;
}

const speed = find("#speed");
for (const minutes of SPEEDS) speed.append(el("option", { value: minutes }));
speed.value = "60";
speed.addEventListener("change", () => moment.playing !== null && play());
const play = () => tryTo("play", { speed: Number(speed.value) });
find("#play").addEventListener("click", () =>
  moment.travelling || moment.playing !== null ? tryTo("pause") : play(),
);
for (const button of document.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () => travel(button.dataset.to));
}

/** The next message is that of the two chats in this window, whatever others look at. */
function travel(to) {
  return tryTo("travel", { to, chats: [phones.left.chat, phones.right.chat] });
}

/** Both phones go back to a time that has been; a mark shows its own message. */
function goBack(instant, mark) {
  if (mark && people.get(String(mark.chat))?.role === "client") open("left", mark.chat);
  for (const phone of Object.values(phones)) {
    if (mark?.message && phoneOf(mark.message.chat) === phone) phone.point(mark.message.id);
    else phone.goTo(instant);
  }
  const side = mark?.message ? sideOf(mark.message.chat) : find(".side.is-shown").id;
  turnTo(side);
  phones[side].comeIn();
}

// --- the tour

function show(stop) {
  tour.show(stop);
  for (const phone of Object.values(phones)) phone.point(null);
  if (!stop) return;
  bring("left", stop.left);
  bring("right", stop.right);
  if (!stop.point || Object.values(phones).some((phone) => phone.isWrittenIn)) return;
  turnTo(sideOf(stop.point.chat));
  phoneOf(stop.point.chat)?.point(stop.point.id, stop.point.part);
}

/** Another window may have asked for the tour: whoever is in mid-sentence here stays where they are. */
function bring(side, chat) {
  if (!phones[side].isWrittenIn || !chats.has(phones[side].chat)) open(side, chat);
}

// --- what the server tells

const meet = (person) => people.set(String(person.chat), person);

function hello(all) {
  speak(all);
  for (const phone of Object.values(phones)) phone.speak();
  glass.speak();
  for (const option of speed.options) option.textContent = t(`speed_${option.value}`);
  people.clear();
  all.people.forEach(meet);
  chats.clear();
  if (Date.parse(all.now) < Date.parse(moment.now)) unseen.clear(); // the demo began anew
  for (const [chat, state] of Object.entries(all.chats)) {
    chats.set(chat, state);
    if (!unseen.has(chat)) unseen.set(chat, state.unread);
  }
  moment = all;
  weeks.begin(all);
  const before = [phones.left.chat, kept.read("client")].find((chat) => chats.has(chat));
  open("left", before ?? all.tour?.left ?? all.shown[0]);
  open("right", all.shown[1]);
  drawMoment();
  show(all.tour);
  document.body.removeAttribute("aria-busy");
}

function message({ chat: id, message }) {
  const chat = String(id);
  if (!chats.has(chat)) return; // of somebody whom the next whole picture brings
  const { messages } = chats.get(chat);
  const place = messages.findIndex((one) => one.id === message.id);
  if (place >= 0) messages[place] = message;
  else messages.push(message);
  const phone = phoneOf(chat);
  if (phone) phone.message(message);
  else if (place < 0 && message.from === "bot") {
    unseen.set(chat, (unseen.get(chat) ?? 0) + 1);
    drawPicker();
  }
}

listen({
  hello,
  message,
  now: (now) => {
    moment = now;
    drawMoment();
  },
  gone: ({ chat, id }) => {
    const state = chats.get(String(chat));
    state.messages = state.messages.filter((one) => one.id !== id);
    phoneOf(chat)?.gone(id);
  },
  toast: (toast) => moment.travelling || phoneOf(toast.chat)?.tell(toast),
  person: (person) => {
    meet(person);
    phoneOf(person.chat)?.meet(person);
    for (const side of ["left", "right"]) drawHolder(side);
    drawPicker();
  },
  commands: ({ chat, commands }) => {
    chats.get(String(chat)).commands = commands;
    phoneOf(chat)?.commands(commands);
  },
  mark: (mark) => weeks.add(mark),
  tour: show,
  notice: ({ text }) => notify(text),
  problem: ({ text }) => notify(text),
});
