// Under the bonnet: each webhook request with its fields, the TwiML that came back, warnings, and the router's reasons.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { inWords, ruleName } from "./reasons.js";
import { shownXml } from "./xml.js";

const list = byId("bonnet");
const count = byId("bonnet-count");

export class Bonnet {
  constructor() {
    this.last = null; // the request that was told last
    this.opened = null; // the one that was opened by itself, and is closed when the next one comes
    this.warnings = 0;
  }

  take(event) {
    switch (event.kind) {
      case "call":
        list.replaceChildren();
        this.last = this.opened = null;
        this.warnings = 0;
        count.hidden = true;
        byId("bonnet-empty").hidden = true;
        break;
      case "request":
        if (event.media) this.media(event);
        else this.request(event);
        break;
      case "state":
        this.add(element("p", { class: "passed" }, _("States:"), " ", element("code", {}, event.states.join(" → "))));
        break;
      case "route":
        this.route(event);
        break;
      case "warning":
      case "error":
        this.warning(event);
        break;
    }
  }

  request(event) {
    const path = pathOf(event.url);
    const kind = event.status === null || event.status >= 400 ? "wrong" : "fine";
    const took = event.ms === undefined || event.ms === null ? "" : `${Math.round(event.ms)} ms`;
    const summary = element(
      "summary",
      {},
      element("span", { class: `code ${kind}` }, String(event.status ?? "—")),
      element("span", { class: "path" }, `${event.method} ${path}`),
      element("span", { class: "quiet number" }, took),
    );
    const fields = element("table", { class: "fields" });
    for (const [name, value] of Object.entries(event.params ?? {})) {
      fields.append(element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, String(value))));
    }
    const body = element("div", { class: "inside" });
    if (event.error) body.append(element("p", { class: "wrong" }, event.error));
    if (fields.children.length) body.append(element("details", { class: "sent" }, element("summary", {}, _("Fields that were sent")), fields));
    if (event.twiml) body.append(element("pre", { tabindex: "0" }, shownXml(event.twiml)));
    const item = element("details", { class: "request" }, summary, body);
    const pane = list.parentElement;
    const atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
    if (!event.callback) {
      if (this.opened) this.opened.open = false;
      this.opened = item;
      item.open = true;
    }
    this.last = item;
    list.append(element("li", {}, item));
    if (atEnd) pane.scrollTop = pane.scrollHeight;
  }

  /** A sound that was fetched: one line, since an answer has many. */
  media(event) {
    this.add(element("p", { class: "media" }, `${event.status ?? "—"} ${event.method} ${pathOf(event.url).replace(/(\w{8})\w{16,}/, "$1…")}`));
  }

  route(event) {
    const told = element("div", { class: "reasons" }, element("p", {}, _("Router:"), " "));
    if (event.destination) told.firstChild.append(element("code", {}, event.destination), " ");
    told.firstChild.append(inWords(event.reason ?? ""));
    if (event.reasons?.length) told.append(element("ol", {}, ...event.reasons.map(tried)));
    this.add(told);
  }

  warning(event) {
    this.warnings += 1;
    count.textContent = String(this.warnings);
    count.hidden = false;
    count.setAttribute("aria-label", _("{count} warnings", { count: this.warnings }));
    this.add(element("p", { class: "warned" }, element("strong", {}, String(event.code ?? "")), " ", event.message ?? ""));
  }

  add(piece) {
    const inside = this.last?.querySelector(".inside");
    if (inside) inside.append(piece);
    else list.append(element("li", {}, piece));
  }
}

/** A rule that the router tried: its name, what came of it, and where it is written. */
function tried({ rule, outcome, place }) {
  const item = element("li", {}, element("strong", {}, ruleName(rule)), ` ${inWords(outcome)}`);
  if (place) item.append(" ", element("span", { class: "place" }, place));
  return item;
}

function pathOf(url) {
  try {
    const { pathname, search, host } = new URL(url, location.href);
    const own = /^(ivr\.test|localhost|127\.0\.0\.1)(:|$)/.test(host);
    return own ? pathname + search : host + pathname + search;
  } catch {
    return url;
  }
}
