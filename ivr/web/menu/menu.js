// The page of the menu: lights what the draft changes, plays what calls hear, and looks whether the gate has ended.

import { play } from "../map/clips.js";
import { get } from "../shell/server.js";

const EVERY = 1500;

for (const map of document.querySelectorAll(".line-map.draft")) {
  for (const state of map.dataset.lit.split(" ").filter(Boolean)) {
    const places = [...map.querySelectorAll(`a[data-state="${CSS.escape(state)}"]`)];
    const heads = places.filter((place) => place.classList.contains("head"));
    for (const place of heads.length ? heads : places) place.classList.add("lit");
  }
  const places = JSON.parse(map.dataset.places);
  for (const link of map.querySelectorAll("a[data-state]")) {
    const line = places[link.dataset.state];
    if (line) link.setAttribute("href", `${map.dataset.file}#L${line}`);
  }
}

document.addEventListener("click", (click) => {
  const heard = click.target.closest("button.play");
  if (heard) play(heard);
});

const running = document.querySelector("[data-running]");
if (running) look();

async function look() {
  try {
    const { over } = await get(running.dataset.running);
    if (over) {
      location.hash = running.closest("section").id;
      location.reload();
      return;
    }
  } catch {
    // The server may be away for a moment; it is asked again.
  }
  setTimeout(look, EVERY);
}
