// The other end: when the line rings somebody, this page rings, and may answer, be busy, or talk. So do other windows.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { playFrames } from "./microphone.js";
import { written } from "./numbers.js";
import { listen } from "./prompts.js";
import { bell, holdKey, murmur, stopTone } from "./tones.js";

const rings = byId("rings");

export class OtherEnd {
  /** `act(name, fields, call)` acts in a call; `own(call)` says whether this window made it. */
  constructor(act, own, shown) {
    this.act = act;
    this.own = own;
    this.shown = shown;
    this.cards = new Map();
  }

  take(event) {
    switch (event.kind) {
      case "ring":
        this.ring(event);
        break;
      case "ring_over":
        this.remove(event);
        break;
      case "connected":
        this.connect(event);
        break;
      case "waiting":
        this.waiting(event);
        break;
      case "waiting_over":
        this.remove({ call: event.call, leg: "queue" });
        break;
      case "say":
      case "play":
        if (event.leg) this.whisper(event);
        break;
      case "moment":
        if (event.leg) this.keys(event);
        break;
      case "talk":
        murmur(Math.min(3, 0.4 + event.text.length / 25));
        this.words(event);
        break;
      case "sound":
        playFrames(event.frames);
        break;
      case "ended":
        for (const [key, card] of this.cards) if (card.call === event.call) this.drop(key);
        break;
    }
  }

  /** A telephone rings. Of several windows that are rung one answers, and goes on. */
  ring(event) {
    const title = event.incoming ? _("{number} calls you", { number: written(event.caller_id) }) : _("{number} rings", { number: written(event.to) });
    const card = this.card(event, title, event.caller_id ? _("called by {number}", { number: written(event.caller_id) }) : "");
    const button = (name, act, kind = "") => element("button", { type: "button", class: `button ${kind}`, onclick: () => this.act(act, { leg: event.leg }, event.call) }, name);
    const answer = button(_("Answer"), "answer", "take-it");
    answer.addEventListener("click", () => {
      card.mine = true;
      card.buttons.replaceChildren();
    });
    card.buttons.append(answer, button(_("Be busy"), "busy"), button(_("Let it ring"), "let_ring"));
    if (!this.own(event.call)) bell();
  }

  waiting(event) {
    if (this.own(event.call)) return;
    const card = this.card({ call: event.call, leg: "queue" }, _("A caller waits in {queue}", { queue: event.queue }), "");
    card.buttons.append(element("button", { type: "button", class: "button take-it", onclick: () => this.act("take", {}, event.call) }, _("Take the call")));
  }

  connect(event) {
    stopTone();
    const answered = [...this.cards.values()].find(({ call, mine }) => mine && call === event.call);
    if (!answered && this.own(event.call)) {
      // Another window answered this window's own call.
      for (const [key, { call }] of this.cards) if (call === event.call) this.drop(key);
      return;
    }
    const card = answered ?? this.cards.get(keyOf(event)) ?? this.card(event, _("The other side"), "");
    card.element.classList.add("connected");
    card.pad?.remove();
    card.title.textContent = card.number ? _("{number} talks", { number: card.number }) : _("You talk with the caller");
    card.state.textContent = "";
    card.buttons.replaceChildren(element("button", { type: "button", class: "button hang", onclick: () => this.act("callee_hang_up", { leg: event.leg }, event.call) }, _("Hang up")));
    if (this.own(event.call) || card.say) return;
    const field = element("input", { class: "text", maxlength: "500", autocomplete: "off", "aria-label": _("What the other side says"), placeholder: _("Type what you say") });
    const form = element("form", { class: "speak" }, field, element("button", { class: "button first" }, _("Say")));
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      field.value = "";
      this.act("say", { text }, event.call);
      this.words({ ...event, text, mine: true });
    });
    card.say = form;
    card.element.append(form);
  }

  whisper(event) {
    const card = this.cards.get(keyOf(event));
    if (event.sound && !this.own(event.call)) listen(event.sound).catch(() => {});
    if (!card) return;
    const text = event.text ?? "♪";
    if (card.whisper) {
      card.whisper.append(` ${text}`);
      return;
    }
    card.whisper = element("q", {}, text);
    card.said.append(element("li", { class: "whispered" }, _("Before the caller is put through:"), " ", card.whisper));
  }

  /** What the person who is rung may key during the whisper. */
  keys(event) {
    const card = this.cards.get(keyOf(event));
    if (!card?.mine) return;
    if (!event.takes.keys) {
      card.pad?.remove();
      card.pad = null;
    } else if (!card.pad) {
      card.pad = element("p", { class: "chips", role: "group", "aria-label": _("Keys of the other side") }, ...[..."1234567890*#"].map((key) => this.key(event, key)));
      card.element.append(card.pad);
    }
  }

  key(event, key) {
    const press = () => {
      holdKey(key)();
      this.act("callee_press", { leg: event.leg, keys: key }, event.call);
    };
    return element("button", { type: "button", class: "chip", onclick: press }, key);
  }

  words(event) {
    const card = [...this.cards.values()].find(({ call }) => call === event.call);
    if (!card || this.own(event.call)) return;
    card.said.append(element("li", { class: event.mine ? "mine" : "theirs" }, event.text));
  }

  card(event, title, more) {
    this.drop(keyOf(event));
    const heading = element("h2", {}, title);
    const state = element("p", { class: "small quiet" }, more);
    const buttons = element("p", { class: "buttons" });
    const said = element("ul", { class: "said" });
    const whole = element("section", { class: "card ring", "aria-label": title }, heading, state, buttons, said);
    const card = { call: event.call, number: written(event.to), element: whole, title: heading, state, buttons, said };
    this.cards.set(keyOf(event), card);
    rings.append(whole);
    this.shown(title);
    return card;
  }

  remove(event) {
    const card = this.cards.get(keyOf(event));
    if (!card?.mine || event.outcome !== "answered") this.drop(keyOf(event));
    if (!this.own(event.call)) stopTone();
  }

  drop(key) {
    const card = this.cards.get(key);
    if (!card) return;
    card.element.remove();
    this.cards.delete(key);
    if (!this.cards.size && !this.own(card.call)) stopTone();
  }
}

const keyOf = ({ call, leg }) => `${call}/${leg}`;
