"use strict";

// Everything works without this file; it spares a reload, a second click or a long selection.
//
// <div data-live="/takes/…/state" data-live-every="1500">  replaced by what the address answers, again and again,
//     until the answer holds [data-live-done] (it ends) or [data-live-reload] (the page is read afresh).
// <button data-copy="#element">                            copies the element's text and says so.
// <form data-once>                                         the second click on its button sends nothing.
// <details data-menu>                                      closes on Escape and on a click elsewhere.

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function follow(region) {
  const every = Number(region.dataset.liveEvery) || 1500;
  let failures = 0;
  while (region.isConnected && !region.querySelector("[data-live-done]")) {
    await pause(every * Math.min(2 ** failures, 20));
    if (document.hidden) continue;
    try {
      const answer = await fetch(region.dataset.live, {
        headers: { Accept: "text/html" },
        credentials: "same-origin",
        cache: "no-store",
      });
      if (answer.redirected || answer.status === 403 || answer.status === 404) return location.reload();
      if (!answer.ok) throw new Error(answer.statusText);
      const text = await answer.text();
      failures = 0;
      if (text !== region.liveText) region.innerHTML = region.liveText = text;
      if (region.querySelector("[data-live-reload]")) return location.reload();
    } catch {
      failures = Math.min(failures + 1, 5);
    }
  }
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  const before = button.textContent;
  await navigator.clipboard.writeText(source.textContent.trim());
  button.textContent = "Copied";
  await pause(1600);
  button.textContent = before;
}

document.querySelectorAll("[data-live]").forEach(follow);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-once]")) return;
  // After the event: a disabled button's own value would not be sent.
  setTimeout(() => event.target.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = true)));
});

// A page brought back by the browser's history must not keep its buttons dead.
addEventListener("pageshow", () => document.querySelectorAll("form[data-once] [disabled]").forEach((button) => (button.disabled = false)));
