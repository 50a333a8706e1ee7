// When the call is over: save it as a call script, or copy a link that sets such a call up again.

import { byId } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { get } from "../shell/server.js";

const after = byId("after");
const words = byId("after-words");

export class After {
  /** `setup()` gives what was called: the link names it, and the demo customer, and no document or password. */
  constructor(setup) {
    this.setup = setup;
    byId("share").addEventListener("click", () => this.share());
  }

  take(event) {
    if (event.kind === "call") after.hidden = true;
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
    const { line, mode, at, customer } = this.setup();
    const link = new URL("/", location.href);
    for (const [name, value] of Object.entries({ line, mode, at, customer })) if (value) link.searchParams.set(name, value);
    try {
      await navigator.clipboard.writeText(link.href);
      words.textContent = _("Copied.");
    } catch {
      words.textContent = link.href;
    }
  }
}
