// Practice over a bad line: an answer that does not get through stays on this phone and is sent when the line is
// back; meanwhile one goes on with the questions that came along. Every form works without this script.
//
// The first answer to a question counts, so sending one twice changes nothing; in a mock a late change says
// which answer it changes (`seen`) and gives way to one made in between on another device.

import { Kept, isFirst } from "./kept.js";

const place = document.getElementById("keeping");
const { key, base } = place.dataset;
const run = place.dataset.run || "";
const token = (document.querySelector("[name=csrf_token]") || {}).value;
const region = () => document.getElementById("notice-line");
const isHere = (url) => window.location.pathname === new URL(url, window.location.href).pathname;

class Answers extends Kept {
  constructor(about, tell) {
    super(about, tell);
    this.arrived = []; // positions whose answers got through on this page, late or not
  }

  put(position, record) {
    const stored = this.read();
    this.number = Math.max(this.number, stored.number) + 1;
    this.write({ ...stored.items, [position]: { ...record, number: this.number } });
  }

  // It has once not got through: by now another device may have been faster.
  async send(position, record) {
    const isSent = await super.send(position, record);
    const items = this.items;
    if (!isSent && items[position] && items[position].number === record.number) {
      items[position].late = true;
      this.write(items);
    }
    return isSent;
  }

  post(position, record) {
    const body = new URLSearchParams(record.fields);
    if (record.late && record.seen !== undefined) body.append("seen", record.seen);
    const path = record.say ? `${position}/say` : String(position);
    return this.request(`${this.place.base}${path}`, { method: "POST", body });
  }

  heed(position, record) {
    this.sent += 1;
    this.forget(position, record.number);
    if (record.counts) this.arrived.push(position);
    return true;
  }

  // Answers waiting, for the notice: not a word said to an answer, nor a question of a mock passed over.
  get answers() {
    return Object.values(this.items).filter((record) => record.counts).length;
  }
}

// Words: all of them come with the page ---------------------------------------------------------------------

function notice(name, values = {}) {
  const line = region();
  const same = JSON.stringify([name, values]);
  // Said again only when it has changed: each change is read out.
  if (!line || line.dataset.said === same) return;
  line.dataset.said = same;
  line.textContent = "";
  const said = document.importNode(place.content.querySelector(`[data-word="${name}"]`), true);
  const texts = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (_all, word) => values[word]);
  }
  const link = said.querySelector("a");
  if (link && values.url) link.href = values.url;
  if (link && name === "signed-out") {
    link.search = `?next=${encodeURIComponent(window.location.pathname)}&ended=1`;
  }
  line.append(said);
}

// What the saving tells the page ----------------------------------------------------------------------------

let isLast = false; // nothing more to answer here until the line is back
const isAsking = Boolean(run && document.querySelector("[data-keep]"));
const isMock = Boolean(document.querySelector("[data-seen]"));

function tellOf(answers) {
  return {
    waiting: () => notice("waiting"),
    refused(position, record) {
      // A token that went stale with a new login elsewhere is mended by loading the page anew, once.
      if (isFirst(`${answers().place.key}:${record.number}`)) {
        window.location.reload();
        return false;
      }
      answers().forget(position, record.number);
      return true;
    },
    signedOut: () => notice("signed-out"),
    line(isUp) {
      const { answers: count, arrived, place: about } = answers();
      if (!isUp && (isLast || !isAsking)) notice("offline-last", { count });
      else if (!isUp) notice(count ? "offline" : "offline-nothing", { count });
      else if (isLast && isMock) window.location.assign(`${about.base}sheet`);
      else if (isLast) window.location.assign(arrived.length ? `${about.base}${arrived[0]}` : `${base}${run}`);
      else sayArrived(answers());
    },
  };
}

function sayArrived(answers) {
  const count = answers.arrived.length;
  const url = `${answers.place.base}${answers.arrived[0]}`;
  if (!count) notice("back-nothing");
  else notice(isMock ? "back-mock" : "back", { count, url });
  answers.arrived = [];
}

function keptOf(number) {
  let answers = null;
  const about = { key: `${key}:${number}`, base: `${base}${number}/`, device: 0, highest: 0, token };
  answers = new Answers(about, tellOf(() => answers));
  return answers;
}

// Going on --------------------------------------------------------------------------------------------------

const ahead = new Map();
let kept = null;
let isBusy = false;
let pressed = null;

function show(position) {
  const step = ahead.get(position);
  if (!step) return false;
  document.querySelector("body > header").replaceWith(step.header);
  document.querySelector("main").replaceWith(step.main);
  document.title = document.title.replace(/\d+/, position);
  restore(document.querySelector("form.question"));
  window.scrollTo(0, 0);
  document.querySelector("main h1").focus({ preventScroll: true });
  return true;
}

// What was answered on this phone and is still on its way.
function restore(form) {
  const record = form && kept.items[form.dataset.position];
  if (!record || record.say) return;
  const said = record.fields.filter((pair) => pair[0] === "answer").map((pair) => pair[1]);
  form.querySelectorAll("[name=answer]").forEach((field, number) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = said.includes(field.value);
    else field.value = said[number] || "";
  });
}

function given(form, button) {
  const fields = [];
  new FormData(form).forEach((value, name) => name !== "csrf_token" && fields.push([name, value]));
  if (button && button.name === "look") fields.push(["look", "1"]);
  return fields;
}

// The next of those that came along and wait for an answer; with a lost line there are no others.
function following(position) {
  const waiting = [...ahead.keys()].filter((one) => one > position && !kept.items[one]);
  return waiting.length ? Math.min(...waiting) : 0;
}

function offline(position, wanted) {
  const next = wanted || following(position);
  isLast = !(next && show(next));
  notice(isLast ? "offline-last" : kept.answers ? "offline" : "offline-nothing", { count: kept.answers });
  window.scrollTo(0, 0);
}

async function answered(form, button) {
  const position = Number(form.dataset.position);
  const fields = given(form, button);
  const isEmpty = !fields.some((pair) => pair[0] === "answer" && pair[1].trim());
  const go = button && button.name === "go" ? button.value : "";
  if (isEmpty && !isMock && !(button && button.name === "look")) {
    notice("nothing-chosen");
    window.scrollTo(0, 0);
    return;
  }
  kept.put(position, { fields, counts: !isEmpty || !isMock, ...(isMock ? { seen: form.dataset.seen } : {}) });
  if (await kept.flush()) {
    const target = go === "sheet" ? `sheet?at=${position}` : go || String(position);
    if (!go && isHere(`${base}${run}/${position}`)) window.location.reload();
    else window.location.assign(`${base}${run}/${target}`);
  } else if (kept.down) offline(position, Number(go) || 0);
}

async function said(form) {
  const position = Number(form.dataset.position);
  kept.put(position, { say: true, fields: given(form) });
  if (await kept.flush()) window.location.assign(form.dataset.next);
  else if (kept.down) offline(position, 0);
}

async function submitted(event) {
  const form = event.target;
  const button = event.submitter || pressed;
  pressed = null;
  if (!form.dataset.keep) return;
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  if (form.dataset.keep === "answer") await answered(form, button);
  else await said(form);
  isBusy = false;
}

function begin() {
  [...place.content.querySelectorAll("[data-step]")].forEach((step) => {
    const whole = document.importNode(step, true);
    ahead.set(Number(step.dataset.step), { header: whole.querySelector("header"), main: whole.querySelector("main") });
  });
  const here = document.querySelector("form[data-keep]");
  const parts = { header: document.querySelector("body > header"), main: document.querySelector("main") };
  if (isMock) ahead.set(Number(here.dataset.position), parts);
  kept = keptOf(run);
  restore(document.querySelector("form.question"));
  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
  });
  document.addEventListener("submit", submitted);
  if (kept.count) sendLeft([kept]);
}

// What an earlier page left: sent now, said once.
async function sendLeft(all) {
  for (const answers of all) {
    if ((await answers.flush()) && answers.arrived.length) {
      if (isHere(`${answers.place.base}${answers.arrived[0]}`)) window.location.reload();
      else sayArrived(answers);
    }
  }
}

function left() {
  const found = [];
  try {
    Object.keys(localStorage).forEach((name) => {
      const number = name.slice(key.length + 1);
      if (name.startsWith(`${key}:`) && /^\d+$/.test(number)) found.push(keptOf(number));
    });
  } catch (refused) {
    // A browser without storage keeps nothing.
  }
  return found;
}

// Handing in a mock needs the line: what waits goes first.
async function pressHandIn(event) {
  event.preventDefault();
  const answers = keptOf(run);
  const { status } = (await answers.flush())
    ? await answers.request(event.target.action, { method: "POST" })
    : { status: 0 };
  if (status === 302) window.location.assign(`${base}${run}/done`);
  else if (status === 401) notice("signed-out");
  else notice("no-hand-in");
}

const handIn = document.querySelector("form[data-hand-in]");
if (isAsking) begin();
else sendLeft(left());
if (handIn) handIn.addEventListener("submit", pressHandIn);
