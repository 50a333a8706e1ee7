// What is called, how, and from which number: the form beside the telephone.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";

const line = byId("line");
const url = byId("url");
const number = byId("number");
const at = byId("at");
const OTHER_APP = "";

/** A number as the carrier takes it: E.164. */
const NUMBER = /^\+[1-9]\d{7,14}$/;

export class Setup {
  /** `changed()` is called when the call that would be made is another one. */
  constructor(changed) {
    this.changed = changed;
    this.directory = { lines: [], customers: {} };
    byId("setup-form").addEventListener("input", () => this.show());
    byId("setup-form").addEventListener("submit", (event) => event.preventDefault());
    for (const [name, moment] of this.moments()) {
      const button = element("button", { type: "button", class: "chip" }, name);
      button.addEventListener("click", () => {
        at.value = moment();
        this.show();
      });
      byId("hours").append(button);
    }
  }

  /** Offers the lines of `directory`, and what `asked` (the page's own address) chose before. */
  offer(directory, asked) {
    this.directory = directory;
    const options = directory.lines.map(({ name }) => element("option", { value: name }, name));
    line.replaceChildren(...options, element("option", { value: OTHER_APP }, _("Another app, by its address…")));
    if (directory.lines.some(({ name }) => name === asked.get("line"))) line.value = asked.get("line");
    if (asked.get("mode") === "rehearsal") this.rehearse();
    at.value = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(asked.get("at") ?? "") ? asked.get("at") : this.now();
    this.show();
  }

  rehearse() {
    document.querySelector('input[name="mode"][value="rehearsal"]').checked = true;
  }

  /** Another app has no clock that could be set: it is called now. */
  get mode() {
    if (this.isOtherApp) return "live";
    return document.querySelector('input[name="mode"]:checked').value;
  }

  get isOtherApp() {
    return line.value === OTHER_APP;
  }

  /** What is asked of the carrier: `{line, mode, at?}` or `{url}`. */
  wanted() {
    if (this.isOtherApp) return { url: url.value.trim() };
    const rehearsal = this.mode === "rehearsal" && at.value ? { at: at.value } : {};
    return { line: line.value, mode: this.mode, ...rehearsal };
  }

  /** What has to be mended before a call can be made, in words, and the field is focused; empty where nothing is. */
  problem() {
    if (!NUMBER.test(this.number)) {
      number.focus();
      return _("Write the number that you call from with its country, like +5511987650001.");
    }
    if (this.isOtherApp && !url.value.trim()) {
      url.focus();
      return _("Write the address of the webhook that is to be called.");
    }
    return "";
  }

  /** For the screen: `{name, number, mode, at, trial}`. */
  shown() {
    const chosen = this.directory.lines.find(({ name }) => name === line.value);
    const other = url.value.trim() || _("Another app");
    return { name: chosen?.name ?? other, number: chosen?.number ?? "", mode: this.mode, at: at.value, trial: !this.isOtherApp };
  }

  get number() {
    return number.value.trim();
  }

  set number(value) {
    number.value = value;
  }

  /** Chooses the line whose number ends in `keys`; returns whether there is one. */
  choose(keys) {
    const found = this.directory.lines.find(({ name, number: full }) => keys.length >= 4 && (full.endsWith(keys) || name.replace(/\D/g, "") === keys));
    if (!found) return false;
    line.value = found.name;
    this.show();
    return true;
  }

  show() {
    byId("url-field").hidden = !this.isOtherApp;
    byId("modes").hidden = this.isOtherApp;
    byId("when").hidden = this.mode !== "rehearsal";
    this.changed();
  }

  /** The line's local time now, as the field of date and hour writes it. */
  now() {
    const zone = this.directory.lines.find(({ name }) => name === line.value)?.zone ?? "America/Sao_Paulo";
    // Swedish writes dates as the field wants them: 2026-03-10 10:00.
    const form = { dateStyle: "short", timeStyle: "short", timeZone: zone };
    return new Intl.DateTimeFormat("sv-SE", form).format(new Date()).replace(" ", "T");
  }

  moments() {
    const day = (test, hour) => () => {
      const date = new Date(`${this.now().slice(0, 10)}T00:00Z`);
      while (!test(date)) date.setUTCDate(date.getUTCDate() + 1);
      return `${date.toISOString().slice(0, 10)}T${hour}`;
    };
    return [
      [_("Now"), () => this.now()],
      [_("Weekday, 10:00"), day((date) => date.getUTCDay() % 6 !== 0, "10:00")],
      [_("Weekday, 23:00"), day((date) => date.getUTCDay() % 6 !== 0, "23:00")],
      [_("Sunday, 10:00"), day((date) => date.getUTCDay() === 0, "10:00")],
      [_("Christmas"), day((date) => date.getUTCMonth() === 11 && date.getUTCDate() === 25, "10:00")],
    ];
  }
}
