// A link redoes a call: it holds what was done in it, in which answer of the line and how long after its arrival.
//
// What was keyed in secret is in no link. Where it was a demo customer's document or password, the link says that it was,
// and the page of whoever opens it keys it; anything else is left to that person.

const MOST_STEPS = 200;

/** What a page does by `act` and a link may do again; keys and words of the caller are taken from what the carrier tells. */
const ACTS = new Set(["record", "answer", "busy", "let_ring", "take", "callee_press", "callee_hang_up"]);

const SECRET = /•/;

/** One thing that is done: in the call's `answer`-th answer, `seconds` after it came, `act` with its `fields`. */
const isStep = (step) =>
  Array.isArray(step) && Number.isInteger(step[0]) && Number.isFinite(step[1]) && typeof step[2] === "string" && typeof step[3] === "object" && step[3] !== null;

export class Redo {
  /** `act(name, fields)` acts in the call; `key(field)` keys the document or password of the customer who is chosen. */
  constructor(act, key) {
    this.act = act;
    this.key = key;
    this.steps = []; // what a link asks for
    this.done = []; // what is done in this call
    this.answer = 0;
    this.timers = [];
  }

  /** Takes the steps of a link; returns whether there are any. */
  ask(written) {
    try {
      const steps = JSON.parse(written ?? "[]");
      this.steps = Array.isArray(steps) ? steps.filter(isStep).slice(0, MOST_STEPS) : [];
    } catch {
      this.steps = []; // the link was cut off, or changed
    }
    return this.steps.length > 0;
  }

  take(event) {
    switch (event.kind) {
      case "call":
        this.done = [];
        this.answer = 0;
        this.stop();
        this.goesOn = true;
        break;
      case "request":
        if (!event.callback && !event.media) this.answered(event.request);
        break;
      case "press":
        if (!event.leg && !event.lost) this.pressed(event.keys);
        break;
      case "speak":
        if (!SECRET.test(event.text)) this.note("speak", { text: event.text });
        break;
      case "ended":
        this.stop();
        break;
    }
  }

  answered(answer) {
    this.stop();
    this.answer = answer;
    this.since = performance.now();
    if (!this.goesOn) return;
    for (const [at, seconds, name, fields] of this.steps) {
      if (at === answer) this.timers.push(setTimeout(() => this.redo(name, fields), seconds * 1000));
    }
  }

  redo(name, fields) {
    if (name === "customer") this.key(fields.field);
    else this.act(name, fields);
  }

  /** The caller does something else: what the link would do from here on would have another answer to do it in. */
  leave() {
    this.goesOn = false;
    this.stop();
  }

  stop() {
    this.timers.forEach(clearTimeout);
    this.timers = [];
  }

  /** Notes what the page had done. */
  did(name, fields) {
    if (name === "press" && fields.customer) this.note("customer", { field: fields.field });
    else if (ACTS.has(name)) this.note(name, fields);
  }

  pressed(keys) {
    const last = this.done.at(-1);
    const here = last?.[0] === this.answer ? last : null;
    if (SECRET.test(keys) || here?.[2] === "customer") return;
    if (here?.[2] === "press") here[3].keys += keys;
    else this.note("press", { keys });
  }

  note(name, fields) {
    const seconds = Math.round((performance.now() - this.since) / 10) / 100;
    this.done.push([this.answer, seconds, name, { ...fields }]);
  }

  /** The steps of the call, for a link. */
  written() {
    return JSON.stringify(this.done.slice(0, MOST_STEPS));
  }
}
