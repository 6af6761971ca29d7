// Calling the roll: the tally and the button follow the marks; 1, 2, 3 mark the row in focus on a desk;
// looking for somebody leaves the marks that are not yet saved where they are.
// Without this script the figures stand as the page was opened and all else works.

const form = document.querySelector("[data-roll]");
const KEYS = { 1: "present", 2: "leave", 3: "absent" };

function recount() {
  const counts = { present: 0, leave: 0, absent: 0 };
  const rows = form.querySelectorAll(".roll");
  for (const row of rows) {
    const chosen = row.querySelector(".seg input:checked");
    if (chosen) counts[chosen.value] += 1;
    row.querySelector(".roll-why").classList.toggle("on", chosen?.value === "leave");
  }
  for (const [state, change] of Object.entries(counts)) {
    const place = form.querySelector(`[data-tally="${state}"]`);
    const total = Number(place.dataset.rest) + change;
    place.textContent = String(total);
    if (state === "present") {
      const label = form.querySelector("[data-save]");
      label.textContent = label.dataset.save.replace("#", String(total));
    }
  }
}

function lookFor(words) {
  const wanted = words.replace(/\s/g, "").toLowerCase();
  let found = 0;
  for (const unit of form.querySelectorAll("[data-unit]")) {
    let here = 0;
    for (const row of unit.querySelectorAll("[data-find]")) {
      row.hidden = !row.dataset.find.includes(wanted);
      if (!row.hidden) here += 1;
    }
    unit.hidden = here === 0;
    found += here;
  }
  form.querySelector("[data-nobody]").hidden = found > 0;
}

const search = document.querySelector("[data-find-here]");
if (form && search) {
  search.elements.q.addEventListener("input", () => lookFor(search.elements.q.value));
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    lookFor(search.elements.q.value);
  });
}

if (form) {
  // Rows that this page does not show stay counted as they were.
  for (const place of form.querySelectorAll("[data-tally]")) {
    const shown = form.querySelectorAll(`.seg input[value="${place.dataset.tally}"]:checked`).length;
    place.dataset.rest = String(Number(place.textContent) - shown);
  }
  recount();
  form.addEventListener("change", recount);
  form.addEventListener("keydown", (event) => {
    const state = KEYS[event.key];
    const row = event.target.closest(".roll");
    if (!state || !row || event.target.matches("select") || event.ctrlKey || event.altKey || event.metaKey) return;
    const input = row.querySelector(`.seg input[value="${state}"]`);
    input.checked = true;
    input.focus();
    recount();
    event.preventDefault();
  });
}
