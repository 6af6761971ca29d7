// The set-up page of a contest: counts and checks follow what is typed. Without this script the button
// 重新计算 does the same. The server counts; this only puts its answer in place.

const form = document.querySelector("form[data-recounts]");
const LIVE = ["outlook", "sums"];
let timer = 0;
let asked = 0;

async function recount() {
  const mine = ++asked;
  const body = new FormData(form);
  body.set("recount", "1");
  let page;
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body });
    if (!answer.ok) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch (lost) {
    return;
  }
  if (mine !== asked) return;
  for (const id of LIVE) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)];
    if (here && there) replace(here, there);
  }
  for (const here of document.querySelectorAll("[data-live]")) {
    const there = page.querySelector(`[data-live="${here.dataset.live}"]`);
    if (there) here.textContent = there.textContent;
  }
}

function replace(here, there) {
  // Only the words change: the buttons stay, so that the focus does.
  const [was, now] = [here.querySelector("[aria-live]"), there.querySelector("[aria-live]")];
  if (was && now) was.replaceChildren(...now.childNodes);
  else here.replaceChildren(...there.childNodes);
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(recount, 400);
});
form.querySelector("[name=recount][value='1']").hidden = true;
