// The call as a dialogue, as it happens: what the line says stands left, what the caller does right, the rest between.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { clock } from "./display.js";
import { written } from "./numbers.js";
import { inWords } from "./reasons.js";
import { goesOn } from "./sentences.js";
import { listen } from "./prompts.js";

const log = byId("dialogue");
const panel = byId("panel-dialogue");

/** The kinds of events that are part of the dialogue; each has a method of its name. */
const TOLD = new Set(
  "call say play prompt_over press speak talk silence text request route dial dial_over enqueue enqueue_over record record_over error gap ended".split(" "),
);

export class Dialogue {
  constructor() {
    this.prompts = new Map();
    this.recordings = new Map();
    this.pressed = null; // the keys that were pressed last, while nothing else happens
    this.said = null; // what was said last, while nothing else happens
    this.unvoiced = ""; // why what is said and not played has no voice here
  }

  clear() {
    log.replaceChildren();
    this.prompts.clear();
    this.pressed = null;
    byId("talk").hidden = false;
    byId("dialogue-empty").hidden = true;
  }

  take(event) {
    if (TOLD.has(event.kind)) this[event.kind](event);
  }

  call(event) {
    this.clear();
    const where = event.line ?? event.url;
    this.unvoiced = silent(event);
    this.note(event, event.incoming ? _("{number} calls you", { number: written(event.from) }) : _("You call {line}", { line: where }));
  }

  say(event) {
    this.prompt(event, event.text, this.reason(event));
  }

  play(event) {
    if (event.digits) this.note(event, _("The line dials {keys}", { keys: event.digits }));
    else if (event.text) this.prompt(event, event.text);
    else this.prompt(event, event.sound ? _("♪ a recording") : _("♪ a recording that cannot be heard here: {url}", { url: event.url }));
  }

  /** Why a text has no voice here; of what is secret nothing is told. */
  reason(event) {
    return event.masked ? null : this.unvoiced;
  }

  prompt(event, text, reason = null) {
    this.pressed = null;
    if (this.said && this.said.leg === event.leg && goesOn(this.said.bubble.textContent)) {
      this.said.bubble.append(` ${text}`);
      this.prompts.set(event.prompt, this.said.item);
      return;
    }
    const bubble = element("p", { class: "words" }, text);
    const who = event.leg ? _("To the other side") : _("Line");
    const item = this.add(event, `line${event.leg ? " whisper" : ""}`, who, bubble);
    if (reason) item.append(element("p", { class: "why" }, reason));
    this.prompts.set(event.prompt, item);
    this.said = { leg: event.leg, bubble, item };
  }

  prompt_over(event) {
    if (event.interrupted) this.prompts.get(event.prompt)?.classList.add("cut");
  }

  press(event) {
    if (event.lost) {
      this.note(event, _("The key {keys} was not listened to", { keys: event.keys }));
      return;
    }
    if (this.pressed) {
      this.pressed.textContent += event.keys;
      return;
    }
    this.pressed = element("p", { class: "words keys number" }, event.keys);
    this.add(event, event.leg ? "other" : "caller", event.leg ? _("The other side keyed") : _("You keyed"), this.pressed);
  }

  speak(event) {
    this.add(event, "caller", _("You said"), element("p", { class: "words" }, event.text));
  }

  talk(event) {
    const names = { agent: _("Agent"), supervisor: _("Supervisor"), consult: _("Colleague") };
    const other = names[event.label?.split("-")[0]] ?? _("The other side");
    this.add(event, event.own ? "caller" : "other", event.own ? _("You said") : other, element("p", { class: "words" }, event.text));
  }

  silence(event) {
    this.note(event, _("{seconds} s of silence", { seconds: event.seconds }));
  }

  text(event) {
    const own = event.direction === "inbound";
    const who = own ? _("You texted") : _("A text to {number}", { number: written(event.to) });
    this.add(event, own ? "caller" : "line", who, element("p", { class: "words" }, event.body));
  }

  request(event) {
    this.pressed = null;
    if (!event.media && !event.callback) this.said = null;
  }

  route(event) {
    if (!event.destination) return;
    const told = noted(_("To {destination}", { destination: event.destination }), inWords(event.reason ?? ""));
    // It is told a little late: what is said since stays one sentence, and stands below.
    if (this.said) this.said.item.before(told);
    else this.put(told);
  }

  dial(event) {
    const isRung = event.noun !== "Conference";
    this.note(event, isRung ? _("The line rings {number}", { number: written(event.to) }) : _("You come into a conference"));
  }

  dial_over(event) {
    const ways = {
      answered: _("answered"),
      busy: _("busy"),
      "no-answer": _("nobody answered"),
      failed: _("not reached"),
      canceled: _("no longer rung"),
      completed: _("the talk is over"),
    };
    this.note(event, ways[event.outcome] ?? event.outcome);
  }

  enqueue(event) {
    this.note(event, _("You wait in the queue {queue}", { queue: event.queue }));
  }

  enqueue_over(event) {
    this.note(event, event.result === "bridged" ? _("An agent took the call") : _("The wait is over"));
  }

  record(event) {
    this.note(event, _("♪ The line records"));
  }

  record_over(event) {
    const words = _("{seconds} s recorded", { seconds: Math.round(event.seconds) });
    const item = this.add(event, "caller", _("Your message"), element("p", { class: "words" }, words));
    if (event.sound) item.append(player(event.sound));
  }

  error(event) {
    this.note(event, _("The call failed: {message}", { message: event.message }), event.code, "wrong");
  }

  gap(event) {
    this.note(event, _("Some of what happened is missing here"), null, "wrong");
  }

  ended(event) {
    this.pressed = null;
    this.note(event, _("The call ended after {time}", { time: clock(event.duration ?? 0) }));
  }

  note(event, words, more = null, kind = "") {
    this.pressed = null;
    this.put(noted(words, more, kind));
  }

  add(event, side, who, words) {
    const time = element("time", { class: "number" }, clock(event.t ?? 0));
    const item = element("li", { class: side }, element("p", { class: "by" }, who, " ", time), words);
    this.put(item);
    return item;
  }

  put(item) {
    this.said = null;
    const atEnd = panel.scrollHeight - panel.scrollTop - panel.clientHeight < 80;
    log.append(item);
    if (atEnd) panel.scrollTop = panel.scrollHeight;
  }
}

/** Why this page has no voice for words of the call that came as text. */
function silent({ line, voice }) {
  if (line === undefined) return _("the app sends words and no recording, so you read it");
  if (voice !== "recorded") return _("this line sends words to the carrier's voice (voice: say), so you read it");
  return _("no recording has these words; where they were changed, “ivr prompts voice {line}” records them", { line });
}

function noted(words, more = "", kind = "") {
  const item = element("li", { class: `note ${kind}` }, element("span", {}, words));
  if (more) item.append(element("span", { class: "quiet" }, ` · ${more}`));
  return item;
}

function player(path) {
  let stop = null;
  const button = element("button", { type: "button", class: "button small" }, _("▶ Listen"));
  const over = () => {
    stop = null;
    button.textContent = _("▶ Listen");
  };
  button.addEventListener("click", async () => {
    if (stop) {
      stop();
      return;
    }
    try {
      stop = await listen(path, over);
      button.textContent = _("■ Stop");
    } catch {
      button.replaceWith(element("span", { class: "why" }, _("The recording is not there any more")));
    }
  });
  return button;
}
