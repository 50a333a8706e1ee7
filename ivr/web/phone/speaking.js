// The caller's voice: typed words, the microphone where it is allowed, a tone where it is not.

import { byId } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { Microphone } from "./microphone.js";
import { murmur } from "./tones.js";

const TONE_SECONDS = 3;

const panel = byId("speaking");
const words = byId("words");
const microphone = byId("microphone");
const tone = byId("tone");
const take = byId("take");
const hint = byId("speaking-hint");

export class Speaking {
  /** `act(name, fields)` acts in the call, `send(frames)` sends sound. */
  constructor(act, send) {
    this.act = act;
    this.mode = null;
    this.microphone = new Microphone(send);
    byId("speak").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    microphone.addEventListener("click", () => this.toggle());
    tone.addEventListener("click", () => {
      murmur(TONE_SECONDS);
      this.act("record", { seconds: TONE_SECONDS });
    });
    take.addEventListener("click", () => this.act("take"));
  }

  say() {
    const text = words.value.trim();
    if (!text) return;
    words.value = "";
    this.act(this.mode === "connected" ? "say" : "speak", { text });
  }

  async toggle() {
    if (this.microphone.isOn()) {
      this.silence();
      return;
    }
    try {
      await this.microphone.begin();
      microphone.setAttribute("aria-pressed", "true");
      microphone.textContent = _("Microphone on: stop it");
    } catch {
      hint.textContent = _("The microphone was not allowed; type, or leave a tone.");
    }
  }

  silence() {
    this.microphone.end();
    microphone.setAttribute("aria-pressed", "false");
    microphone.textContent = _("Use the microphone");
  }

  take(event) {
    if (event.kind === "moment") this.moment(event);
    else if (event.kind === "ended") this.moment({ moment: null });
  }

  moment({ moment, takes }) {
    const speech = takes?.speech === true;
    const spoken = { connected: true, record: true, gather: speech, playing: speech }[moment] ?? false;
    this.mode = moment;
    panel.hidden = moment === null;
    words.disabled = byId("speak-send").disabled = !spoken || moment === "record";
    microphone.hidden = moment !== "record" && moment !== "connected";
    tone.hidden = moment !== "record";
    take.hidden = moment !== "queue";
    if (microphone.hidden && this.microphone.isOn()) this.silence();
    hint.textContent = hints(moment, speech);
  }
}

function hints(moment, speech) {
  if (moment === "record") return _("Speak, or leave a tone; # ends the message.");
  if (moment === "connected") return _("What you say is heard in the other window.");
  if (moment === "queue") return _("Or open this page in a second window and take the call there.");
  if (moment !== "gather" && moment !== "playing") return "";
  return speech ? _("The line understands words here: type them and press Enter.") : _("The line takes keys here, and no words.");
}
