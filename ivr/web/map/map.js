// The map of a line's menu: opens what a state says, and lights the way of a call.

import { _ } from "../shell/messages.js";
import { play, stop } from "./clips.js";

/** Put the map of `line` into `element`, beside the phone, and return it. */
export async function openMap(element, line) {
  for (const name of ["picture.css", "map.css"]) link(new URL(name, import.meta.url).href);
  const answer = await fetch(`/map/${encodeURIComponent(line)}/embedded`);
  if (!answer.ok) {
    element.textContent = _("The map cannot be shown now.");
    return new MenuMap(element);
  }
  element.innerHTML = await answer.text();
  return new MenuMap(element.querySelector(".line-map"));
}

function link(href) {
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = href;
  document.head.append(sheet);
}

export class MenuMap {
  #root;
  #panel;
  #call = null;
  #from = null;

  /** `opened` is told the address of what was chosen, or of the map itself where nothing is any more. */
  constructor(root, opened = () => {}) {
    this.#root = root;
    this.#panel = root.querySelector(".panel");
    const shown = this.#panel?.dataset.state;
    if (shown) this.#head(this.#mark(this.#links(shown), "chosen"))?.scrollIntoView({ block: "center" });
    root.addEventListener("click", (click) => this.#clicked(click, opened));
    root.addEventListener("keydown", (key) => {
      if (key.key === "Escape" && this.#panel && !this.#panel.hidden) this.#panel.querySelector(".close").click();
    });
  }

  /** Take any event of a phone's stream: those of a call of this line light its way. */
  take(event) {
    if (event.kind === "call") {
      this.clear();
      this.#call = event.line === this.#root.dataset.line ? event.call : null;
    } else if (event.call !== this.#call || this.#call === null) {
      return;
    } else if (event.kind === "state") {
      this.#passed(event);
    } else if (event.kind === "ended") {
      this.#unmark("here");
    }
  }

  /** Put out every light. */
  clear() {
    this.#call = null;
    this.#unmark("here");
    this.#unmark("lit");
  }

  /** Show what `state` says; without one close the panel. */
  async choose(state, address) {
    this.#unmark("chosen");
    stop();
    if (!state) {
      this.#panel.hidden = true;
      this.#from?.focus();
      return;
    }
    const answer = await fetch(`${address}?panel`);
    if (!answer.ok) return;
    this.#panel.innerHTML = await answer.text();
    this.#panel.hidden = false;
    this.#panel.scrollTop = 0;
    this.#mark(this.#links(state), "chosen");
    this.#panel.querySelector("h2").focus({ preventScroll: true });
  }

  #clicked(click, opened) {
    const heard = click.target.closest("button.play");
    if (heard) return play(heard);
    if (click.button || click.ctrlKey || click.metaKey || click.shiftKey) return;
    const chosen = click.target.closest("a[data-state], a.close");
    if (!chosen) return;
    click.preventDefault();
    const address = chosen.getAttribute("href");
    if (chosen.dataset.state && !this.#panel.contains(chosen)) this.#from = chosen;
    this.choose(chosen.dataset.state, address);
    opened(address);
  }

  #passed({ states, edges = [] }) {
    for (const edge of edges) {
      for (const way of this.#root.querySelectorAll(`[data-ways~="${CSS.escape(edge)}"]`)) way.classList.add("lit");
    }
    for (const state of states) this.#mark(this.#places(state), "lit");
    this.#unmark("here");
    const here = this.#places(states.at(-1));
    this.#mark(here, "here");
    for (const place of here) place.setAttribute("aria-current", "step");
    this.#follow(this.#head(here));
  }

  /** Every link to a state outside of the panel. */
  #links(state) {
    const links = [...this.#root.querySelectorAll(`a[data-state="${CSS.escape(state)}"]`)];
    return links.filter((link) => !this.#panel.contains(link));
  }

  /** Where a state stands; one without a place of its own is told in the rows by which a call came there. */
  #places(state) {
    const links = this.#links(state);
    const heads = links.filter((link) => link.classList.contains("head"));
    if (heads.length) return heads;
    const passed = links.filter((link) => link.closest("[data-ways]")?.classList.contains("lit"));
    return passed.length ? passed : links;
  }

  /** Where a state stands among `places`, or else where it is told first. */
  #head(places) {
    const drawn = places.filter((place) => place.getClientRects().length);
    return drawn.find((place) => place.classList.contains("head")) ?? drawn[0];
  }

  /** Scroll the box that the map stands in, if it stands in one; a caller's window stays where it is. */
  #follow(head) {
    const box = this.#root.closest("[data-scrolls]");
    if (!box || !head) return;
    const [inner, outer] = [head.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
    box.scrollTo({ top: box.scrollTop + inner.top - outer.top - box.clientHeight / 3 });
  }

  #mark(links, as) {
    for (const link of links) link.classList.add(as);
    return links;
  }

  #unmark(as) {
    for (const place of this.#root.querySelectorAll(`.${as}`)) {
      place.classList.remove(as);
      if (as === "here") place.removeAttribute("aria-current");
    }
  }
}
