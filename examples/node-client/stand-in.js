"use strict";

/**
 * Points the client of the `twilio` package at a stand-in on this machine, for every product:
 *
 *     const twilio = require("twilio");
 *     const standIn = require("./stand-in");
 *     const client = twilio(accountSid, authToken, standIn(process.env.TWILIO_API_URL));
 *
 * Without an address the client is the real one. With one, https://lookups.twilio.com/... is asked at the stand-in with
 * its own Host, so that the answer names the right product, and a request to any other host is rejected before anything
 * is sent. No proxy is asked. One file, no dependencies: copy it.
 */

const http = require("node:http");

const VENDOR = ".twilio.com";
const TIMEOUT = 30000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The options of a client that asks the stand-in at `address`, such as http://127.0.0.1:5099; those of the real one without it. */
function standIn(address, options = {}) {
  return address ? { ...options, httpClient: new StandInClient(address) } : options;
}

/** Sends requests as the package's own RequestClient does, to the stand-in. */
class StandInClient {
  constructor(address) {
    const at = URL.canParse(address) ? new URL(address) : null;
    if (!at || at.protocol !== "http:" || !LOOPBACK.test(at.hostname)) {
      throw new Error(`'${address}' is no address of this machine; give one such as http://127.0.0.1:5099`);
    }
    this.address = at;
  }

  async request({ method, uri, username, password, authStrategy, headers = {}, params, data, timeout }) {
    const asked = new URL(uri);
    if (asked.host !== this.address.host && (asked.protocol !== "https:" || !asked.hostname.endsWith(VENDOR))) {
      throw new Error(
        `the client asks ${asked.protocol}//${asked.host}, which is no product of Twilio's; ` +
          `while it is pointed at ${this.address.origin} it asks nobody else`
      );
    }
    for (const [name, value] of fields(params)) asked.searchParams.append(name, value);
    const sent = { ...headers, Host: asked.host };
    if (username && password) {
      sent.Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    } else if (authStrategy) {
      sent.Authorization = await authStrategy.getAuthString();
    }
    const body = encoded(data, sent["Content-Type"]);
    if (body !== undefined) sent["Content-Length"] = Buffer.byteLength(body);
    const path = asked.pathname + asked.search;
    return send({ host: this.address.hostname.replace(/^\[|\]$/g, ""), port: this.address.port, path, method, headers: sent, body, timeout });
  }
}

/** Each value of `values` with its name; an array has one field for each of its own. */
function fields(values = {}) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each) => [name, String(each)]));
}

function encoded(data, type = "application/x-www-form-urlencoded") {
  if (data === undefined || data === null) return undefined;
  return type.startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(fields(data)).toString()
    : JSON.stringify(data);
}

function send({ host, port, path, method, headers, body, timeout = TIMEOUT }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port: port || 80, path, method: method.toUpperCase(), headers, timeout }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ statusCode: response.statusCode, body: parsed(text), headers: response.headers });
      });
    });
    request.on("timeout", () => request.destroy(new Error(`the stand-in did not answer ${path} within ${timeout} ms`)));
    request.on("error", reject);
    request.end(body);
  });
}

/** What the answer says: an object where it is JSON, as the package's own client has it. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

module.exports = standIn;
module.exports.StandInClient = StandInClient;
