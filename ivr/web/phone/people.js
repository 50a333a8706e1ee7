// Demo customers: who they are, what their calls show, and one click that keys their document or password.

import { byId, element } from "../shell/dom.js";
import { _ } from "../shell/messages.js";

const list = byId("customers");
const atHand = byId("at-hand");
const more = byId("more-people");

/** How many are offered before all are asked for. */
const AT_ONCE = 4;

export class People {
  /** `key(customer, field)` keys it in the call; `chosen(customer)` tells who is to call. */
  constructor(key) {
    this.key = key;
    this.customer = null;
    this.first = null;
    this.secret = false; // whether the line asks for what nobody may read over a shoulder: a document, a password
    more.addEventListener("click", () => {
      for (const item of list.children) item.hidden = false;
      more.hidden = true;
    });
  }

  offer(customers, chosen) {
    const first = customers.filter((customer) => customer.first);
    const shown = (first.length ? first : customers).slice(0, AT_ONCE);
    const others = customers.filter((customer) => !shown.includes(customer));
    list.replaceChildren(...[...shown, ...others].map((customer) => this.item(customer, !shown.includes(customer))));
    more.hidden = others.length === 0;
    this.first = shown[0] ?? null;
    this.enable(false);
    if (chosen) this.choose(customers.find(({ id }) => id === chosen) ?? null);
  }

  show(yes) {
    this.offered = yes;
    byId("people").hidden = !yes || !list.children.length;
  }

  /** The two buttons that key what the customer knows. */
  keys(customer) {
    const kind = customer.document.length === 11 ? "CPF" : "CNPJ";
    return [this.button(customer, "document", kind, customer.written), this.button(customer, "password", _("password"), customer.password)];
  }

  button(customer, field, name, value) {
    const label = _("Key {what} of {company}", { what: `${name} ${value}`, company: customer.company });
    const button = element("button", { type: "button", class: "chip", "data-field": field, "aria-label": label });
    button.append(element("span", { class: "quiet" }, name), " ", element("span", { class: "number" }, value));
    button.addEventListener("click", () => {
      this.choose(customer);
      this.key(customer, field);
    });
    return button;
  }

  item(customer, hidden) {
    const item = element("li", { class: "customer", "data-customer": customer.id });
    const pick = element("button", { type: "button", class: "pick", "aria-pressed": "false" }, element("strong", {}, customer.company), " · ", customer.contact);
    pick.addEventListener("click", () => this.choose(this.customer === customer ? null : customer));
    item.hidden = hidden;
    item.append(
      pick,
      element("p", { class: "small quiet" }, customer.shows ?? ""),
      element("p", { class: "chips" }, ...this.keys(customer)),
    );
    return item;
  }

  choose(customer) {
    this.customer = customer;
    for (const item of list.children) {
      const chosen = item.dataset.customer === customer?.id;
      item.classList.toggle("chosen", chosen);
      item.querySelector(".pick").setAttribute("aria-pressed", String(chosen));
    }
  }

  take(event) {
    if (event.kind === "moment") {
      this.secret = event.secret === true;
      this.enable(event.takes?.keys === true && event.moment !== "record");
    } else if (event.kind === "call" || event.kind === "ended") this.enable(false);
  }

  /** Lets the buttons key, and puts those of one customer on the screen where the line asks for them. */
  enable(yes) {
    for (const button of list.querySelectorAll(".chip")) button.disabled = !yes;
    const customer = this.offered ? this.customer ?? this.first : null;
    atHand.hidden = !yes || !this.secret || !customer;
    if (!atHand.hidden && atHand.dataset.customer !== customer.id) {
      atHand.dataset.customer = customer.id;
      atHand.replaceChildren(...this.keys(customer));
    }
  }
}
