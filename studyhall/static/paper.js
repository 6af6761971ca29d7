// A paper: answers are saved as they are chosen, questions change in place, the server's clock counts down.
// Every form on these pages works without this script.

import { Kept, isFirst } from "./kept.js";

const RESYNC = 30000; // a phone that slept this long asks the server for the time again
const TYPING = 1200;

const main = document.querySelector("[data-key]");
const { key, base, deadline, until } = main.dataset;
const total = Number(main.dataset.total);
const isSheet = "sheet" in main.dataset;
const forms = new Map();
const current = () => main.querySelector("form.question");
const at = () => Number(current().dataset.position);

// Words: all of them come with the page -------------------------------------------------------------------

function words(name, values = {}) {
  const found = document.getElementById("words").content.querySelector(`[data-word="${name}"]`);
  const copy = document.importNode(found, true);
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\{(\w+)\}/g, (_all, word) => values[word]);
  }
  return copy;
}

// Said again only when it has changed: each change is read out.
function notice(place, name, values) {
  const region = document.getElementById(`notice-${place}`);
  const said = JSON.stringify([name, values]);
  if (region.dataset.said === said) return;
  region.dataset.said = said;
  region.textContent = "";
  if (name) region.append(words(name, values));
}

// The answer to a press: it stands on top, so the page goes there.
function answer(name, values) {
  notice("time", name, values);
  window.scrollTo(0, 0);
}

function state(form, name, values) {
  const line = form.querySelector("[data-state]");
  const said = words(name, values);
  line.className = `save-state ${said.className}`;
  line.textContent = "";
  line.append(...said.childNodes);
}

// What the saving tells the page --------------------------------------------------------------------------

const tell = {
  stored(position, record, now) {
    correct(now);
    const form = forms.get(position);
    const newest = kept.items[position];
    if (form && !newest) state(form, "saved", { time: now.slice(11, 16) });
  },
  waiting() {
    if (!isSheet && kept.items[at()]) state(current(), "waiting");
  },
  refused(position, record) {
    // A token that went stale with a new login elsewhere is mended by loading the page anew, once.
    if (isFirst(`${key}:${record.number}`)) {
      window.location.reload();
      return false;
    }
    kept.forget(position, record.number);
    if (forms.has(position)) state(forms.get(position), "refused");
    return true;
  },
  replaced() {
    window.location.assign(`${base}elsewhere`);
  },
  closed() {
    window.location.assign(`${base}result`);
  },
  signedOut() {
    notice("line", "signed-out");
    document.querySelector("#notice-line a").search = `?next=${encodeURIComponent(window.location.pathname)}&ended=1`;
    this.waiting();
  },
  line(isUp, count) {
    if (!isUp) notice("line", count ? "offline" : "offline-nothing", { count });
    else notice("line", count ? "back" : "back-nothing", { count });
    if (!isUp) this.waiting();
    if (isUp && document.querySelector("#notice-time [data-offline]")) notice("time");
    if (isUp && !isSheet && forms.size < total) fetchWhole();
    if (isUp && isTimeUp) handIn();
  },
};

const kept = new Kept(
  {
    key,
    base,
    device: Number(main.dataset.device),
    highest: Number(main.dataset.number),
    token: (document.querySelector("[name=csrf_token]") || {}).value,
  },
  tell,
);

// The clock is the server's; the phone only counts the seconds in between ------------------------------------

let end = performance.now() + Number(main.dataset.left) * 1000;
let corrected = performance.now();
let isTimeUp = false;
let leftBefore = Infinity;

function correct(now) {
  end = performance.now() + (Date.parse(deadline) - Date.parse(now));
  corrected = performance.now();
}

function tick() {
  const left = Math.max(Math.ceil((end - performance.now()) / 1000), 0);
  const timer = document.getElementById("timer");
  const isSoon = left <= 300;
  const rest = isSoon
    ? { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") }
    : { minutes: Math.ceil(left / 60) };
  timer.classList.toggle("soon", isSoon && left > 60);
  timer.classList.toggle("last", left <= 60);
  timer.querySelector("[data-clock]").textContent = words(isSoon ? "left-soon" : "left", rest).textContent;
  [300, 60].forEach((mark) => {
    if (left <= mark && leftBefore > mark && leftBefore !== Infinity) {
      notice("time", mark === 60 ? "one-minute" : "five-minutes", { time: until });
    }
  });
  leftBefore = left;
  if (left === 0 && !isTimeUp) timeUp();
}

async function timeUp() {
  isTimeUp = true;
  keepTyped();
  notice("time", "time-up");
  await kept.flush();
  handIn();
}

// Handing in needs the line ---------------------------------------------------------------------------------

let isHandingIn = false;

async function handIn() {
  if (isHandingIn) return false;
  isHandingIn = true;
  // By itself only when the server's clock says so too.
  const body = new URLSearchParams(isTimeUp ? { by: "clock" } : {});
  const { status, said } = await kept.request(`${base}hand-in`, { method: "POST", body });
  isHandingIn = false;
  if (said.word === "early") {
    isTimeUp = false;
    correct(said.now);
    notice("time");
  } else if (status === 302) window.location.assign(`${base}result`);
  else if (status === 401) tell.signedOut();
  else if (status === 0) {
    kept.lineIsLost();
    answer(isTimeUp ? "time-up-offline" : "no-hand-in", { time: until });
    if (isTimeUp) setTimeout(handIn, 10000);
  } else {
    answer("hand-in-refused", { message: said.message || "" });
    if (isTimeUp && status === 503) setTimeout(handIn, 10000);
  }
  return status === 302;
}

async function pressHandIn(event) {
  event.preventDefault();
  const button = event.target.querySelector("button[data-busy]");
  const label = button.textContent;
  button.textContent = button.dataset.busy;
  const isSent = await kept.flush();
  if (!isSent) answer("no-hand-in", { time: until });
  if (!isSent || !(await handIn())) button.textContent = label;
}

// Questions -------------------------------------------------------------------------------------------------

function given(form) {
  if (form.dataset.kind === "short") return [form.elements.answer.value];
  if (form.dataset.kind === "fill") {
    const typed = [...form.querySelectorAll("[name=answer]")].map((field) => field.value);
    return typed.some((text) => text.trim()) ? typed : [];
  }
  return [...form.querySelectorAll("[name=answer]:checked")].map((field) => field.value);
}

function isAnswered(form) {
  return given(form).some((value) => value.trim());
}

function restore(form, record) {
  form.querySelectorAll("[name=answer]").forEach((field, place) => {
    if (field.type === "radio" || field.type === "checkbox") field.checked = record.answer.includes(field.value);
    else field.value = record.answer[place] || "";
  });
  form.elements.flag.checked = record.flag;
}

function keep(form) {
  kept.put(Number(form.dataset.position), given(form), form.elements.flag.checked);
  state(form, kept.down ? "waiting" : "saving");
  if (kept.down) notice("line", "offline", { count: kept.count });
  refresh(form);
}

function refresh(form) {
  const few = form.querySelector("[data-few]");
  if (few) few.hidden = given(form).length !== 1;
  form.querySelectorAll("[data-blank]").forEach((blank, place) => drawBlank(blank, given(form)[place] || ""));
  main.querySelectorAll("[data-answered]").forEach((line) => {
    line.textContent = words("answered", { count: answeredCount() }).textContent;
  });
}

function drawBlank(blank, typed) {
  const said = words(typed ? "blank-done" : "blank", { place: blank.dataset.blank, typed });
  blank.classList.toggle("done", Boolean(typed));
  blank.textContent = "";
  blank.append(...said.childNodes);
}

function answeredCount() {
  const open = new Set(main.dataset.open.split(" ").filter(Boolean).map(Number));
  forms.forEach((form, position) => (isAnswered(form) ? open.delete(position) : open.add(position)));
  Object.entries(kept.items).forEach(([position, record]) => record.answer.length && open.delete(Number(position)));
  return total - open.size;
}

function takeIn(form) {
  const position = Number(form.dataset.position);
  forms.set(position, form);
  const record = kept.items[position];
  if (record) restore(form, record);
  if (record) state(form, kept.down ? "waiting" : "saving");
  else if (form.querySelector("[data-plain]")) state(form, "by-itself");
}

async function fetchWhole() {
  const { status, text } = await kept.request(`${base}whole`);
  if (status === 409 || status === 302) window.location.reload();
  if (status === 401) tell.signedOut();
  if (status === 0) kept.lineIsLost();
  if (status !== 200) return;
  const whole = new DOMParser().parseFromString(text, "text/html").getElementById("whole");
  correct(whole.dataset.now);
  whole.querySelectorAll("form.question").forEach((form) => {
    if (!forms.has(Number(form.dataset.position))) takeIn(form);
  });
  if (kept.down && !kept.count) kept.lineIsUp();
  refresh(current());
}

function show(position, isNew) {
  const next = forms.get(position);
  keepTyped();
  notice("time");
  if (!kept.down) notice("line");
  current().replaceWith(next);
  const title = next.dataset.title;
  document.title = next.dataset.pageTitle;
  document.querySelector("[data-place]").textContent = position;
  document.querySelector("[data-title-line]").textContent = title;
  const bar = document.querySelector(".exam-progress");
  bar.value = position;
  bar.setAttribute("aria-label", bar.dataset.label.replace("{title}", title));
  if (isNew) window.history.pushState({ position }, "", `${base}${position}`);
  refresh(next);
  window.scrollTo(0, 0);
  next.querySelector("h1").focus({ preventScroll: true });
}

async function go(target) {
  keepTyped();
  if (target !== "sheet") {
    if (forms.has(Number(target))) show(Number(target), true);
    else if (kept.down) answer("not-here");
    else window.location.assign(`${base}${target}`);
    return;
  }
  if ((await kept.flush()) && kept.down) await fetchWhole();
  if (kept.down) answer("no-hand-in", { time: until });
  else window.location.assign(`${base}sheet?at=${at()}`);
}

// Hands -----------------------------------------------------------------------------------------------------

let typing = 0;

function keepTyped() {
  if (!typing) return;
  clearTimeout(typing);
  typing = 0;
  kept.flush();
}

function changed(event) {
  const form = event.target.form;
  if (!form || !form.matches(".question")) return;
  const isText = event.target.matches("input[type=text], textarea");
  if (event.type === "input" && !isText) return;
  if (event.type === "change" && isText) return;
  keep(form);
  clearTimeout(typing);
  typing = 0;
  if (isText) typing = setTimeout(keepTyped, TYPING);
  else kept.flush();
}

function pressed(event) {
  const button = event.target.closest("button[name=go]");
  if (!button) return;
  event.preventDefault();
  go(button.value);
}

function keyed(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = event.target;
  if (event.key === "Enter") {
    const blanks = [...main.querySelectorAll(".fill input")];
    const next = blanks[blanks.indexOf(field) + 1];
    if (blanks.includes(field) && next) next.focus();
    else if (!field.matches("textarea, a, button, summary")) main.querySelector(".exam-actions .btn-primary").click();
    else return;
    event.preventDefault();
  } else if (["ArrowDown", "ArrowUp"].includes(event.key)) arrow(event, field);
}

// From the heading the arrows reach the options; between radios the browser moves by itself.
function arrow(event, field) {
  if (field.matches("input[type=text], input[type=radio], textarea, summary")) return;
  const options = [...main.querySelectorAll(".option input")];
  if (!options.length) return;
  const down = event.key === "ArrowDown";
  const here = options.indexOf(field);
  const next = here < 0 ? options[down ? 0 : options.length - 1] : options[here + (down ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (next.type === "radio" && !main.querySelector(".option input:checked")) next.click();
}

function awake() {
  if (document.visibilityState === "hidden") keepTyped();
  else if (performance.now() - corrected > RESYNC && !isSheet) fetchWhole();
}

function begin() {
  if (isSheet) {
    document.getElementById("hand-in").addEventListener("submit", pressHandIn);
    main.addEventListener("click", (event) => {
      if (!event.target.closest("a") || !kept.down) return;
      event.preventDefault();
      answer("no-hand-in", { time: until });
    });
  } else {
    takeIn(current());
    refresh(current());
    main.addEventListener("change", changed);
    main.addEventListener("input", changed);
    main.addEventListener("click", pressed);
    document.addEventListener("keydown", keyed);
    document.addEventListener("visibilitychange", awake);
    window.addEventListener("pagehide", keepTyped);
    window.addEventListener("popstate", () => {
      const position = Number(window.location.pathname.split("/").pop());
      if (forms.has(position)) show(position, false);
      else window.location.reload();
    });
    fetchWhole();
  }
  tick();
  setInterval(tick, 1000);
  if (kept.down) kept.lineIsLost();
  else kept.flush().then((isSent) => isSheet && isSent && kept.sent && window.location.reload());
}

// On the result page: what could not be sent in time is said once, then dropped.
function endOfPaper() {
  if (kept.count) notice("line", "too-late", { count: kept.count });
  kept.clear();
}

if ("handedIn" in main.dataset) endOfPaper();
else begin();
