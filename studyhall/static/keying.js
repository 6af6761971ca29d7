// Scores keyed in with the number keys: Enter and the arrows go to the next person, as in a sheet. Without this
// script Tab does; Enter then hands the form in, which keeps what was typed when something is wrong.

const fields = [...document.querySelectorAll("[data-keying] [data-next]")];

document.querySelector("[data-keying]")?.addEventListener("keydown", (event) => {
  const at = fields.indexOf(event.target);
  const by = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at < 0 || !by || event.isComposing) return;
  const next = fields[at + by];
  if (!next && event.key !== "Enter") return;
  event.preventDefault();
  // After the last one the button: one more Enter, and only that one, keeps them.
  (next ?? event.currentTarget.querySelector("button.btn-primary")).focus();
  next?.select();
});
