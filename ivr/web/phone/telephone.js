// This page's telephone at the simulated carrier: it has a number, one stream of events, and one call at a time.

import { post } from "../shell/server.js";

const API = "/phone/api";

export class Telephone {
  /** Each event of the stream is handed to `take`; `lost(yes)` tells that the stream is away, or back. */
  constructor(take, lost) {
    this.take = take;
    this.lost = lost;
    this.id = null;
    this.number = null;
    this.call = null;
  }

  /** Gets a number from the carrier (`wanted`, or the next free one), and listens to what comes. */
  async register(wanted = null) {
    this.leave();
    const told = await post(`${API}/phones`, wanted ? { number: wanted } : {});
    this.id = told.phone;
    this.number = told.number;
    this.events = told.events;
    this.listen();
    return told;
  }

  listen() {
    this.stream?.close();
    this.stream = new EventSource(this.events);
    this.stream.onopen = () => this.lost(false);
    this.stream.onmessage = (message) => this.take(JSON.parse(message.data));
    this.stream.onerror = () => {
      // A stream that was refused is not opened again by the browser: the carrier has forgotten this telephone.
      if (this.stream.readyState === EventSource.CLOSED) this.renew();
      else this.lost(true);
    };
  }

  renew() {
    this.lost(true);
    clearTimeout(this.renewing);
    this.renewing = setTimeout(() => this.register(this.number).catch(() => this.register().catch(() => this.renew())), 1000);
  }

  /** Calls, and returns what the carrier says of the call. */
  dial(wanted) {
    return this.again(() => post(`${API}/phones/${this.id}/calls`, wanted));
  }

  /** Does `act` in the call (this telephone's own, unless `call` names another). */
  act(act, fields = {}, call = this.call) {
    return post(`${API}/phones/${this.id}/acts`, { call, act, ...fields });
  }

  /** Sends what a microphone heard: base64 of µ-law. */
  send(frames, call = this.call) {
    return post(`${API}/phones/${this.id}/sound`, { call, frames });
  }

  /** Gives the number back; done when the page goes away. */
  leave() {
    this.stream?.close();
    if (!this.id) return;
    post(`${API}/phones/${this.id}/leave`, {}, { keepalive: true }).catch(() => {});
    this.id = null;
  }

  async again(ask) {
    if (!this.id) await this.register();
    try {
      return await ask();
    } catch (refused) {
      if (refused.code !== "unknown-phone") throw refused;
      await this.register();
      return ask();
    }
  }
}
