// The page of an agent: what is so is fetched every second, what is done is posted, and one key does each act.

import { byId, element, pressedIn } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { post } from "../shell/server.js";
import { Softphone } from "../phone/softphone.js";

const SECONDS = 1;

const screen = byId("screen");
const now = byId("now");
const problem = byId("problem");
const disposition = byId("disposition");
const notes = byId("notes");
const base = screen.dataset.base;
const isPressed = pressedIn(now);

let noted = null; // the talk whose notes are in the fields
let silent = false;

function tell(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

async function renew() {
  if (document.hidden || isPressed()) return;
  try {
    const answer = await fetch(`${base}/now`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isPressed()) return;
    const open = now.querySelector("details")?.open === true;
    const held = now.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    const onTicket = now.contains(document.activeElement) && document.activeElement.matches("[data-ticket]");
    now.replaceChildren(...fresh.body.childNodes);
    if (open && now.querySelector("details")) now.querySelector("details").open = true;
    if (held) now.querySelector(`[data-do="${held}"]`)?.focus();
    if (onTicket) now.querySelector("[data-ticket]")?.focus();
    if (silent) tell("");
    silent = false;
    follow();
  } catch {
    silent = true;
    tell(_("The server does not answer; trying again…"));
  }
}

/** Shows what goes with the phase, and the notes of a talk once: what is typed there is the agent's. */
function follow() {
  const facts = now.querySelector(".facts").dataset;
  screen.dataset.phase = facts.phase;
  screen.dataset.consulting = facts.consulting;
  screen.dataset.asked = facts.asked;
  if (facts.talk === noted) return;
  noted = facts.talk;
  const choices = facts.dispositions ? facts.dispositions.split("\n") : [];
  const nothing = facts.required ? _("choose one") : _("none");
  disposition.replaceChildren(...["", ...choices].map((each) => element("option", { value: each }, each || nothing)));
  disposition.value = facts.disposition;
  notes.value = facts.notes;
}

/** Does what a button says; `with` names the field whose value goes with it. */
async function act(button) {
  const { do: what, to, with: field } = button.dataset;
  const body = { do: what };
  if (to) body.to = to;
  if (field) body[field] = byId(field).value;
  if ("noted" in button.dataset) Object.assign(body, { disposition: disposition.value, notes: notes.value });
  button.disabled = true;
  try {
    await post(`${base}/acts`, body);
    tell("");
    if (field === "reason") byId("reason").value = "";
  } catch (refused) {
    tell(refused.message);
  } finally {
    button.disabled = false;
  }
  await renew();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) act(button);
});

const KEYS = { h: "hold", v: "resume", e: "end", d: "wrap-up" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (telephone?.press(key)) return event.preventDefault();
  if (key === "l") return press('[data-to="available"]', event);
  if (key === "p") return focus("reason", event);
  if (key === "t") return focus("to", event);
  if (KEYS[key]) press(`[data-do="${KEYS[key]}"]`, event);
});

function press(selector, event) {
  const button = [...screen.querySelectorAll(selector)].find((each) => each.offsetParent !== null && !each.disabled);
  if (!button) return;
  event.preventDefault();
  act(button);
}

function focus(id, event) {
  if (byId(id).offsetParent === null) return;
  event.preventDefault();
  byId(id).focus();
}

byId("reason").addEventListener("keydown", (event) => {
  if (event.key === "Enter") act(screen.querySelector('[data-to="paused"]'));
});

const words = {
  idle: _("It rings here when a caller is given to you."),
  keys: _("Somebody waits: take the call?"),
  talking: _("You are connected."),
  unheard: _("Nobody hears you now: the caller is not there yet, or on hold."),
};
const telephone = screen.dataset.telephone ? new Softphone(screen.dataset.telephone, tell, renew, words) : null;
telephone?.begin();
follow();

for (;;) {
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  await renew();
}
