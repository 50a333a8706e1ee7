// The telephone of one of the staff on a page (softphone.html), where the pages are connected to a telephone company of
// their own: it rings, is answered, takes a key, and passes on what is said.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { Microphone, playFrames } from "./microphone.js";
import { listen } from "./prompts.js";
import { Telephone } from "./telephone.js";
import { bell, holdKey, murmur, stopTone } from "./tones.js";

const state = byId("tel-state");
const said = byId("tel-said");
const microphone = byId("tel-microphone");

export class Softphone {
  /**
   * `number` is the telephone's, or empty where any free one will do; `tell(words)` shows what went wrong, `changed()` is
   * called when something happened in a call. `words` say what the telephone is at: idle, keys, talking, unheard; and
   * `vain`, where that is to be told, that key 1 led nowhere.
   */
  constructor(number, tell, changed, words) {
    this.number = number;
    this.tell = tell;
    this.changed = changed;
    this.tells = { ringing: _("It rings!"), listening: _("One moment…"), ...words };
    this.leg = null;
    this.telephone = new Telephone((event) => this.take(event), (lost) => lost && tell(_("The server does not answer; trying again…")));
    this.microphone = new Microphone((frames) => this.telephone.send(frames).catch(() => {}));
    byId("tel-answer").addEventListener("click", () => this.act("answer", { leg: this.leg }));
    byId("tel-busy").addEventListener("click", () => this.act("busy", { leg: this.leg }));
    byId("tel-accept").addEventListener("click", () => this.key("1"));
    for (const each of document.querySelectorAll("[data-hang-up]")) each.addEventListener("click", () => this.act("hang_up"));
    byId("tel-talk").addEventListener("submit", (event) => this.say(event));
    microphone.addEventListener("click", () => this.listenIn());
    addEventListener("pagehide", () => this.telephone.leave());
  }

  async begin() {
    byId("telephone").hidden = false;
    try {
      await this.telephone.register(this.number || null);
      byId("tel-number").textContent = this.telephone.number;
      this.show("idle");
    } catch (refused) {
      this.tell(refused.code === "number-taken" ? _("Your telephone is on another page already; close that one.") : refused.message);
    }
  }

  /** What the carrier knows this telephone by; null while it has none. */
  get id() {
    return this.telephone.id;
  }

  /** Whether it is in a talk. */
  get isConnected() {
    return this.what === "talking";
  }

  /** Whether it rings, or is in a call. */
  get isEngaged() {
    return this.what !== undefined && this.what !== "idle";
  }

  /** Says in other words what it is at. */
  tellState(words) {
    state.textContent = words;
  }

  take(event) {
    if (event.kind === "ring" && event.incoming && event.to === this.telephone.number) this.ring(event);
    if (event.call === undefined || event.call !== this.telephone.call) return;
    switch (event.kind) {
      case "ring_over":
        stopTone();
        break;
      case "say":
      case "play":
        if (event.sound) listen(event.sound).catch(() => {});
        this.words(event.text ?? "♪", "line");
        break;
      case "moment":
        this.moment(event);
        break;
      case "connected":
        stopTone();
        this.show("talking");
        this.changed();
        break;
      case "talk":
        murmur(Math.min(3, 0.4 + event.text.length / 25));
        this.words(event.text, "theirs", event.label);
        break;
      case "sound":
        playFrames(event.frames);
        break;
      case "ended":
        stopTone();
        if (this.took && !this.isConnected && this.tells.vain) this.tell(this.tells.vain);
        this.telephone.call = null;
        this.silence();
        this.show("idle");
        this.changed();
        break;
    }
  }

  ring(event) {
    this.telephone.call = event.call;
    this.leg = event.leg;
    this.took = false;
    said.replaceChildren();
    bell();
    this.show("ringing");
    this.changed();
  }

  moment({ moment, takes }) {
    if (moment === "gather" || (moment === "playing" && takes?.keys)) this.show("keys");
    else if (moment === "playing") this.show("listening");
  }

  show(what) {
    state.textContent = this.tells[what];
    byId("tel-ringing").hidden = what !== "ringing";
    byId("tel-keys").hidden = what !== "keys";
    byId("tel-talk").hidden = what !== "talking";
    byId("telephone").classList.toggle("rings", what === "ringing" || what === "keys");
    this.what = what;
    if (what === "talking") byId("tel-words").focus();
  }

  /** One key of the keyboard; whether it meant something to the telephone. */
  press(key) {
    if (this.what === "ringing" && key === "a") this.act("answer", { leg: this.leg });
    else if (this.what === "ringing" && key === "r") this.act("busy", { leg: this.leg });
    else if (this.what === "keys" && /^[0-9*#]$/.test(key)) this.key(key);
    else return false;
    return true;
  }

  key(key) {
    holdKey(key)();
    this.took = key === "1";
    this.act("press", { keys: key });
  }

  async act(act, fields = {}) {
    try {
      await this.telephone.act(act, fields);
      return true;
    } catch (refused) {
      this.tell(act === "say" && refused.code === "not-now" ? this.tells.unheard : refused.message);
      return false;
    }
  }

  async say(event) {
    event.preventDefault();
    const field = byId("tel-words");
    const text = field.value.trim();
    if (!text) return;
    if (!(await this.act("say", { text }))) return;
    field.value = "";
    this.tell("");
    this.words(text, "mine");
  }

  /** `label` is how the one who speaks is known in a conference. */
  words(text, whose, label = "") {
    const names = { caller: _("Caller"), agent: _("Agent"), supervisor: _("Supervisor"), consult: _("Colleague") };
    const name = names[label?.split("-")[0]];
    said.append(element("li", { class: whose }, ...(name ? [element("strong", {}, name), " "] : []), text));
    said.lastChild.scrollIntoView({ block: "nearest" });
  }

  async listenIn() {
    if (this.microphone.isOn()) return this.silence();
    try {
      await this.microphone.begin();
      microphone.setAttribute("aria-pressed", "true");
    } catch {
      this.tell(_("The microphone was not allowed; type what you say."));
    }
  }

  silence() {
    if (this.microphone.isOn()) this.microphone.end();
    microphone.setAttribute("aria-pressed", "false");
  }
}
