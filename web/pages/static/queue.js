// Keeps the queue page true while it is open. A card changes only as more or fewer asks share it,
// and is replaced then unless somebody fills it in; new ones are put in, ended ones taken out.
"use strict";

const queue = document.getElementById("queue");
const live = document.getElementById("live");
const SETTLING_MS = 700;
const RETRY_MS = 3000;
const COUNTDOWN_MS = 10000;

// --- how much time is left -------------------------------------------------------------------

const clock = document.querySelector("[data-now]");
const skew = clock ? Date.parse(clock.dataset.now) - Date.now() : 0;
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function countDown() {
  for (const time of document.querySelectorAll(".card time")) {
    const left = Math.max((Date.parse(time.dateTime) - Date.now() - skew) / 1000, 0);
    const [unit, size] = UNITS.find(([, size]) => left >= 1.5 * size) ?? UNITS[3];
    const words = relative.format(Math.floor(left / size), unit);
    time.parentElement.querySelector(".left").textContent = `(${words})`;
  }
}
setInterval(countDown, COUNTDOWN_MS);

// --- a press counts once, and only on what stood there when the finger came down ----------------

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

window.addEventListener("pageshow", (event) => {
  for (const form of document.forms) delete form.dataset.sent;
  if (event.persisted && queue) update();
});

document.addEventListener("click", (event) => {
  const isMoving = queue?.classList.contains("settling");
  if (isMoving && event.target.closest("#queue button, #queue a.button")) event.preventDefault();
}, true);

let settled;
function settle() {
  queue.classList.add("settling");
  clearTimeout(settled);
  settled = setTimeout(() => queue.classList.remove("settling"), SETTLING_MS);
}

// Typing own words chooses them.
document.addEventListener("input", (event) => {
  if (event.target.localName !== "textarea" || !event.target.value) return;
  const own = event.target.closest("fieldset")?.querySelector('input[value="words"]');
  if (own) own.checked = true;
});

// --- what is new, what is gone -----------------------------------------------------------------

function isInUse(card) {
  return [...card.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field === document.activeElement ||
    (field.matches("[type=radio], [type=checkbox]")
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue));
}

function end(card) {
  if (card.classList.contains("ended")) return;
  card.classList.add("ended");
  for (const button of card.querySelectorAll("button")) button.disabled = true;
  const notice = document.createElement("p");
  notice.className = "warning";
  notice.setAttribute("role", "status");
  notice.textContent = queue.dataset.ended;
  card.prepend(notice);
}

function reconcile(fresh) {
  const cards = document.getElementById("cards");
  const wanted = [...fresh.querySelectorAll("[data-card]")];
  const ids = new Set(wanted.map((card) => card.id));
  let moved = false;
  for (const card of [...cards.children]) {
    if (ids.has(card.id)) continue;
    if (isInUse(card)) {
      end(card);
    } else {
      card.remove();
      moved = true;
    }
  }
  let before = cards.firstElementChild;
  for (const card of wanted) {
    const here = document.getElementById(card.id);
    if (here) {
      before = here.nextElementSibling;
      if (here.dataset.copies === card.dataset.copies || isInUse(here)) continue;
      here.replaceWith(document.adoptNode(card));
      moved = true;
    } else {
      cards.insertBefore(document.adoptNode(card), before);
      moved = true;
    }
  }
  for (const id of ["summary", "halt", "behind"]) {
    document.getElementById(id).replaceWith(fresh.getElementById(id));
  }
  const count = Number(document.getElementById("summary").dataset.count);
  document.title = count ? `(${count}) ok2run` : "ok2run";
  if (moved) settle();
  countDown();
}

let isFetching = false;
let isStale = false;

async function update() {
  isStale = true;
  if (isFetching) return;
  isFetching = true;
  try {
    while (isStale) {
      isStale = false;
      const response = await fetch("/queue?fragment=1", { cache: "no-store" });
      if (response.status === 401) return say("out");
      if (!response.ok) throw new Error(String(response.status));
      reconcile(new DOMParser().parseFromString(await response.text(), "text/html"));
      say("on");
    }
  } catch {
    say("off");
    setTimeout(update, RETRY_MS);
  } finally {
    isFetching = false;
  }
}

function say(state) {
  live.textContent = live.dataset[state];
  live.className = `live ${state}`;
}

// The browser connects again by itself, but not after an answer that is no stream.
function follow() {
  const stream = new EventSource("/queue/events");
  stream.addEventListener("changed", update);
  stream.addEventListener("error", () => {
    say("off");
    if (stream.readyState !== EventSource.CLOSED) return;
    update();
    setTimeout(follow, RETRY_MS);
  });
}

if (queue) follow();
