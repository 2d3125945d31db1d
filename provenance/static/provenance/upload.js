"use strict";

// Without this file the form is sent as any other. With it a large file shows how far it has got, and one that is too large is not
// sent at all.

const MB = 1048576;

function attach(form) {
  form.addEventListener("submit", (event) => {
    if (!form.elements.file.files[0]) return;
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    event.preventDefault();
    const said = form.querySelector("[data-upload-said]");
    const bar = form.querySelector("progress");
    const largest = Number(form.dataset.largest);
    form.querySelector("[data-upload-progress]").hidden = false;
    const stop = (text) => {
      bar.hidden = true;
      said.textContent = text;
      // After the page's own script has disabled it.
      setTimeout(() => form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = false)), 50);
    };
    if (size > largest) {
      const what = files.length > 1 ? "These files have" : "The file has";
      return stop(`${what} ${Math.ceil(size / MB)} MB; at most ${largest / MB} MB are verified here.`);
    }
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = (100 * loaded) / total;
      said.textContent = `${Math.floor(loaded / MB)} of ${Math.ceil(total / MB)} MB sent`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      said.textContent = "Sent. It is being read.";
    });
    request.addEventListener("error", () => stop("The connection broke off. Nothing was kept; send it again."));
    request.addEventListener("load", () => show(new DOMParser().parseFromString(request.responseText, "text/html"), stop));
    request.send(new FormData(form));
  });
}

function show(answer, stop) {
  const found = answer.querySelector("main");
  if (!found) return stop("There was no answer that can be shown. Send it again.");
  document.title = answer.title;
  const main = document.importNode(found, true);
  document.querySelector("main").replaceWith(main);
  const heading = main.querySelector("#answer-title, h1");
  heading.setAttribute("tabindex", "-1");
  heading.focus();
  scrollTo(0, 0);
  main.querySelectorAll("form[data-upload]").forEach(attach);
}

document.querySelectorAll("form[data-upload]").forEach(attach);
