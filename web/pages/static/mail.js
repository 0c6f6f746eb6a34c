// Keeps the page behind a mail's link true while it is open: it is loaded anew once the card has
// changed, unless somebody writes on it; then it says so, and its buttons do nothing more.
"use strict";

const mail = document.getElementById("mail");
const mailLive = document.getElementById("mail-live");
const AGAIN_MS = 3000;

function isWritten() {
  return [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    field.matches("[type=radio], [type=checkbox]")
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue);
}

function sayLive(state) {
  mailLive.textContent = mailLive.dataset[state];
  mailLive.className = `live ${state}`;
}

function changed(event) {
  sayLive("on");
  if (JSON.parse(event.data) === mail.dataset.state) return;
  if (!isWritten()) {
    location.replace(mail.dataset.path);
    return;
  }
  if (mail.classList.contains("ended")) return;
  mail.classList.add("ended");
  for (const button of mail.querySelectorAll("button")) button.disabled = true;
  const notice = document.createElement("p");
  notice.className = "warning";
  notice.setAttribute("role", "status");
  notice.textContent = mail.dataset.ended;
  mail.prepend(notice);
}

// The browser connects again by itself, but not after an answer that is no stream.
function followMail() {
  const stream = new EventSource(`${mail.dataset.path}/events`);
  stream.addEventListener("state", changed);
  stream.addEventListener("error", () => {
    sayLive("off");
    if (stream.readyState === EventSource.CLOSED) setTimeout(followMail, AGAIN_MS);
  });
}

followMail();
