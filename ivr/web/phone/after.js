// When the call is over: save it as a call script, or copy a link that redoes it.

import { byId } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { get } from "../shell/server.js";

const after = byId("after");
const words = byId("after-words");

export class After {
  /** `done()` gives the steps of the call, `customer()` the id of the demo customer; neither has a document or password. */
  constructor(done, customer) {
    this.done = done;
    this.customer = customer;
    byId("share").addEventListener("click", () => this.share());
  }

  take(event) {
    if (event.kind === "call") {
      this.call = event;
      after.hidden = true;
      // The address of another app may hold a secret of that app's.
      byId("share").hidden = event.line === undefined || event.incoming;
    }
    if (event.kind !== "over" || !event.script) return;
    after.hidden = false;
    words.textContent = "";
    byId("save").href = `${event.script}?download`;
    get(event.script).then(
      ({ fill_in: blanks }) => {
        if (blanks?.length) words.textContent = _("{count} entries are left to fill in: documents and passwords are never saved.", { count: blanks.length });
      },
      () => {
        after.hidden = true;
      },
    );
  }

  async share() {
    const { line, mode } = this.call;
    const at = mode === "rehearsal" ? this.call.at.slice(0, "2026-03-10T10:00".length) : null;
    const link = new URL("/", location.href);
    const named = { line, mode, at, customer: this.customer(), redo: this.done() };
    for (const [name, value] of Object.entries(named)) if (value) link.searchParams.set(name, value);
    try {
      await navigator.clipboard.writeText(link.href);
      words.textContent = _("Copied.");
    } catch {
      words.textContent = link.href;
    }
  }
}
