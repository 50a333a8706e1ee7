// The screen of the telephone: whom it calls, live or rehearsed, how long, what is said, what was keyed, what runs out.

import { byId } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { written } from "./numbers.js";
import { goesOn } from "./sentences.js";

const handset = byId("handset");
const status = byId("status");
const caption = byId("caption");
const keyed = byId("keyed");
const countdown = byId("countdown");
const left = byId("countdown-left");
const leftWords = byId("countdown-words");

/** Whether who is at this page may make calls; an agent answers them. */
const mayCall = byId("stage").dataset.mayCall !== undefined;

/** The moments that end by themselves while somebody does nothing. */
const RUN_OUT = new Set(["gather", "record", "ringing"]);

export class Display {
  constructor() {
    this.answered = null; // when, in milliseconds of the page's clock
    this.timer = null;
  }

  /** Shows what a call would be before it is made. */
  idle({ name, number, mode, at, trial }) {
    byId("called-name").textContent = name;
    byId("called-number").textContent = written(number);
    this.mode(mode, at, trial);
  }

  /** Live or rehearsed; a live call of a line is a trial, one of another app is that app's to count. */
  mode(mode, at, trial) {
    handset.dataset.mode = mode;
    const live = trial ? _("LIVE · trial") : _("LIVE");
    byId("mode-name").textContent = mode === "live" ? live : _("REHEARSAL");
    byId("mode-when").textContent = mode === "live" ? "" : spoken(at);
  }

  state(state, words) {
    handset.dataset.state = state;
    byId("stage").dataset.state = state;
    status.textContent = words;
    byId("dial").disabled = !mayCall || (state !== "idle" && state !== "over");
    byId("hang-up").disabled = state === "idle" || state === "over";
  }

  dialling() {
    this.clear();
    this.state("calling", _("Calling…"));
  }

  clear() {
    caption.textContent = "";
    keyed.textContent = "";
    caption.classList.remove("unvoiced");
    this.elapse(null);
    byId("elapsed").textContent = "00:00";
    this.noCountdown();
  }

  take(event) {
    switch (event.kind) {
      case "call":
        this.mode(event.mode, event.at, event.trial);
        byId("called-name").textContent = event.line ?? event.url;
        byId("called-number").textContent = event.line ? written(event.to) : "";
        break;
      case "status":
        if (event.status === "ringing") this.state("ringing", _("It rings…"));
        else if (event.status === "in-progress") this.pickUp();
        break;
      case "say":
      case "play":
        if (!event.leg && event.text) this.words(event.text, event.kind === "say");
        break;
      case "press":
        if (!event.leg) keyed.textContent = (keyed.textContent + event.keys).slice(-18);
        break;
      case "request":
        if (!event.callback && !event.media) keyed.textContent = caption.textContent = "";
        break;
      case "moment":
        this.moment(event);
        break;
      case "ended":
        this.over(event);
        break;
    }
  }

  pickUp() {
    if (this.answered !== null) return;
    this.state("talking", _("In a call"));
    this.elapse(performance.now());
  }

  words(text, unvoiced) {
    caption.textContent = caption.textContent && goesOn(caption.textContent) ? `${caption.textContent} ${text}` : text;
    caption.classList.toggle("unvoiced", unvoiced);
  }

  moment(event) {
    this.pickUp();
    const what = {
      playing: _("The line speaks"),
      gather: event.takes?.speech ? _("Your turn: key or speak") : _("Your turn: key"),
      record: _("Recording: speak after the tone"),
      ringing: _("The line rings somebody…"),
      connected: _("Connected"),
      queue: _("Waiting in the queue"),
    }[event.moment];
    if (what) this.state("talking", what);
    handset.dataset.moment = event.moment;
    if (RUN_OUT.has(event.moment) && typeof event.seconds === "number") this.count(event.seconds, event.moment);
    else this.noCountdown();
  }

  count(seconds, moment) {
    const ends = performance.now() + seconds * 1000;
    countdown.hidden = false;
    this.bar?.cancel();
    this.bar = left.animate([{ transform: "scaleX(1)" }, { transform: "scaleX(0)" }], { duration: seconds * 1000, fill: "forwards" });
    const tell = () => {
      const rest = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      leftWords.textContent = moment === "gather" ? _("waits {seconds} s", { seconds: rest }) : _("{seconds} s left", { seconds: rest });
    };
    clearInterval(this.counting);
    this.counting = setInterval(tell, 250);
    tell();
  }

  /** Seconds since the call was answered. */
  seconds() {
    return this.answered === null ? 0 : (performance.now() - this.answered) / 1000;
  }

  noCountdown() {
    clearInterval(this.counting);
    this.bar?.cancel();
    countdown.hidden = true;
  }

  elapse(answered) {
    this.answered = answered;
    clearInterval(this.timer);
    if (answered === null) return;
    const tell = () => {
      byId("elapsed").textContent = clock((performance.now() - answered) / 1000);
    };
    this.timer = setInterval(tell, 500);
    tell();
  }

  over(event) {
    this.noCountdown();
    clearInterval(this.timer);
    this.answered = null;
    delete handset.dataset.moment;
    const why = {
      caller: _("You hung up"),
      line: _("The line hung up"),
      other: _("The other side hung up"),
      limit: _("The longest call allowed is over"),
    }[event.by];
    const ways = { busy: _("Busy"), "no-answer": _("Nobody answered"), failed: _("The call failed"), canceled: _("You hung up") };
    this.state("over", ways[event.status] ?? why ?? _("The call is over"));
  }
}

/** Seconds as a telephone shows them: 03:07, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** A wall-clock time ("2026-03-08T10:00", any offset left aside) as people of this language write it. */
export function spoken(at) {
  if (!at) return _("now");
  const [, year, month, day, hour, minute] = at.match(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/) ?? [];
  if (!year) return at;
  const shown = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const form = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...form, timeZone: "UTC", hourCycle: "h23" }).format(shown);
}
