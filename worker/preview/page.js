"use strict";
const form = document.getElementById("choice");
const width = document.getElementById("width");
const shown = document.getElementById("shown");

function show() {
  shown.style.width = width.value + "px";
  const wanted = "/message?" + new URLSearchParams(new FormData(form));
  history.replaceState(null, "", "#" + wanted);
  shown.src = wanted;
}

let stamp = "";
async function watch() {
  try {
    const now = await (await fetch("/stamp")).text();
    if (stamp && now !== stamp) show();
    stamp = now;
  } catch { /* the preview was stopped */ }
  setTimeout(watch, 700);
}

form.addEventListener("change", show);
show();
watch();
