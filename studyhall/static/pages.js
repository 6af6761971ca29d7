// On every page. Each piece has its plain form in the markup; without this script all still works.
//
//   <button hidden data-copy="#field" data-done="已复制">复制提醒文字</button>   copies the field's text
//   <button hidden data-show="#password" data-hide="隐藏">显示</button>          shows what is typed
//   <input type="file" data-largest="20" data-too-large="超过20MB……">           says so before anything is sent
//   <button data-busy="正在保存……">保存</button>                               in a form: its label while it is sent
//   <fieldset data-while="kind=single,multiple">                                 only while that is chosen in its form

const label = (button) => button.querySelector("[data-label]") || button;

function offerCopy(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    if (!field) return;
    const text = "value" in field ? field.value : field.textContent.trim();
    if (await copied(text, field)) say(button, button.dataset.done || "已复制");
  });
}

async function copied(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (refused) {
    // No clipboard without https, nor in some browsers inside other apps: mark the text and use the old way.
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done && field.select) field.select();
    return done;
  }
}

function say(button, words) {
  const place = label(button);
  place.textContent = words;
  button.setAttribute("aria-live", "polite");
}

function offerShow(button) {
  const field = document.querySelector(button.dataset.show);
  if (!field) return;
  const place = label(button);
  const show = place.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    place.textContent = hidden ? button.dataset.hide : show;
    button.setAttribute("aria-pressed", String(hidden));
  });
}

// Too large a file is told where it is chosen: sent, it would take the rest of the form with it.
function weigh(chosen) {
  const inputs = [...chosen.form.querySelectorAll("[data-largest]")];
  const bytes = inputs.flatMap((one) => [...one.files]).reduce((sum, file) => sum + file.size, 0);
  const heavy = bytes > Number(chosen.dataset.largest) * 1024 * 1024;
  inputs.forEach((one) => {
    one.setCustomValidity("");
    one.removeAttribute("aria-invalid");
    one.parentElement.querySelectorAll(".field-bad").forEach((words) => words.remove());
  });
  if (!heavy) return;
  const words = document.createElement("p");
  words.className = "field-bad";
  words.setAttribute("role", "alert");
  words.textContent = chosen.dataset.tooLarge;
  chosen.after(words);
  chosen.setCustomValidity(words.textContent);
  chosen.setAttribute("aria-invalid", "true");
}

// A second click does nothing while the first is on its way.
const sent = new Map();

function noteSent(event) {
  const form = event.target;
  // A form that brings a file leaves its page standing: it may be sent again.
  if (event.defaultPrevented || form.method !== "post" || "brings" in form.dataset) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter || form.querySelector("[data-busy]");
  sent.set(form, button && button.dataset.busy ? [label(button), label(button).textContent] : null);
  if (button && button.dataset.busy) {
    button.style.minWidth = `${button.offsetWidth}px`;
    label(button).textContent = button.dataset.busy;
  }
}

function forgetSent() {
  // The page may come back out of the browser's memory: its buttons must work again.
  sent.forEach((was) => {
    if (was) was[0].textContent = was[1];
  });
  sent.clear();
}

function standWhenChosen(part) {
  const [name, values] = part.dataset.while.split("=");
  const form = part.closest("form");
  const look = () => {
    part.hidden = !values.split(",").includes(new FormData(form).get(name));
  };
  form.addEventListener("change", look);
  look();
}

// A list in a box of its own: the line one is at stands in sight.
document.querySelectorAll("[data-follow] [aria-current]").forEach((here) => {
  const box = here.closest("[data-follow]");
  box.scrollTop = here.offsetTop - box.offsetTop - (box.clientHeight - here.offsetHeight) / 2;
});
document.querySelectorAll("[data-copy]").forEach(offerCopy);
document.querySelectorAll("[data-show]").forEach(offerShow);
document.querySelectorAll("[data-while]").forEach(standWhenChosen);
document.querySelectorAll("[data-largest]").forEach((input) => input.addEventListener("change", () => weigh(input)));
window.addEventListener("submit", noteSent);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) forgetSent();
});
