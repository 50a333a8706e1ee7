// Fetches the board anew every two seconds, while the page is seen. The server made it, and escaped what people wrote.
// A supervisor follows talks with the telephone of this page, where it has one.

import { byId, pressedIn } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { post } from "../shell/server.js";
import { Softphone } from "../phone/softphone.js";

const SECONDS = 2;
const board = byId("board");
const stale = byId("stale");
const problem = byId("problem");
const isPressed = pressedIn(board);
const following = document.getElementById("following");

let followed = null; // the talk that this page's telephone was rung for
let how = "listen";

function tell(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

async function renew() {
  if (document.hidden || isPressed()) return;
  try {
    const answer = await fetch(board.dataset.now, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isPressed()) return;
    const held = board.contains(document.activeElement) ? actOf(document.activeElement) : null;
    board.replaceChildren(...fresh.body.childNodes);
    mark();
    if (held) [...board.querySelectorAll("button, a")].find((each) => actOf(each) === held)?.focus();
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

/** What a button does to what, or where a link leads: it is the same on the next board. */
function actOf(one) {
  if (one.tagName === "A") return one.getAttribute("href").split("?")[0];
  const fields = [...(one.form?.querySelectorAll("input") ?? [])].map((each) => each.value);
  return [one.getAttribute("formaction") ?? one.form?.getAttribute("action"), ...fields].join("\n");
}

/** What can be done with a talk whose caller is at a telephone of a page depends on what this page's telephone is at. */
function mark() {
  if (!telephone) return;
  for (const acts of board.querySelectorAll("[data-trial]")) {
    const isIn = telephone.isConnected && acts.dataset.talk === followed;
    for (const button of acts.querySelectorAll("[data-how]")) {
      const does = button.dataset.how;
      button.disabled = does === "listen" ? telephone.isEngaged : !isIn;
      const isOn = isIn && does === (how === "listen" ? "mute" : how);
      if (["whisper", "join", "mute"].includes(does)) button.setAttribute("aria-pressed", String(isOn));
    }
  }
}

const words = {
  idle: _("It rings here when you listen to a talk."),
  keys: _("Hear the talk?"),
  talking: _("You hear the talk; nobody hears you."),
  unheard: _("Nobody hears you now: whisper to the agent, or speak to both."),
  vain: _("The talk is over, or you follow it already: without a login, in another window of this machine."),
};
const modes = {
  listen: words.talking,
  mute: words.talking,
  whisper: _("Only the agent hears you."),
  join: _("The agent and the caller hear you."),
};

const telephone = following ? new Softphone(following.dataset.telephone, tell, changed, words) : null;

function changed() {
  if (!telephone.isEngaged) followed = null;
  mark();
}

async function follow(button) {
  const talk = button.form;
  const does = button.dataset.how;
  const isOwn = telephone && "trial" in talk.dataset;
  if (isOwn && !telephone.id) await telephone.begin();
  if (isOwn && !telephone.id && !following.dataset.telephone) return; // it told why there is none
  button.disabled = true;
  try {
    await post(button.getAttribute("formaction"), isOwn && telephone.id ? { phone: telephone.id } : {});
    tell("");
    if (isOwn) {
      if (does === "listen") followed = talk.dataset.talk;
      how = does;
      if (does !== "leave" && telephone.isConnected) telephone.tellState(modes[does]);
    }
  } catch (refused) {
    tell(refused.message);
  } finally {
    button.disabled = false;
  }
  mark();
}

board.addEventListener("submit", (event) => {
  if (!event.submitter?.dataset.how) return;
  event.preventDefault();
  follow(event.submitter);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select")) return;
  if (telephone?.press(event.key.toLowerCase())) event.preventDefault();
});

mark();

for (;;) {
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  await renew();
}
