// The form of a meeting shows what its day asks for: a topic and a roster, or only why there was none.
// Without this script all fields stand there, those of a day without a meeting behind a fold.

const form = document.querySelector("[data-meeting]");

function follow() {
  const what = form.elements.what.value;
  for (const part of form.querySelectorAll("[data-when]")) {
    const wanted = part.dataset.when.split(" ").includes(what);
    part.hidden = !wanted;
    if (wanted && part.matches("details")) part.open = true;
  }
  const save = form.querySelector("[data-plan]");
  if (!save) return;
  const held = what === "held" || what === "moved";
  const coming = form.elements.held_on.value > form.dataset.today;
  save.textContent = !held ? save.dataset.notHeld : coming ? save.dataset.plan : save.dataset.roll;
  const later = form.querySelector('[value="later"]');
  if (held) later.hidden = coming;
}

if (form) {
  const save = form.querySelector("[data-plan]");
  if (save && save.textContent !== save.dataset.plan) save.dataset.roll = save.textContent;
  else if (save) save.dataset.roll = form.querySelector('[value="later"]').textContent;
  form.addEventListener("change", follow);
  follow();
}
