"use strict";

// Run against a stand-in: TWILIO_API_URL=http://127.0.0.1:5099 node --test

const assert = require("node:assert/strict");
const { test } = require("node:test");
const twilio = require("twilio");

const standIn = require("./stand-in");

const SID = process.env.TWILIO_ACCOUNT_SID ?? `AC${"0".repeat(32)}`;
const TOKEN = process.env.TWILIO_AUTH_TOKEN ?? "0".repeat(32);
const address = process.env.TWILIO_API_URL;
const skip = address ? false : "TWILIO_API_URL says where the stand-in is, and is not set";

const client = (options) => twilio(SID, TOKEN, standIn(address, options));

test("a call is made, fetched and listed", { skip }, async () => {
  const made = await client().calls.create({
    to: "+5511900000001",
    from: "+551140030015",
    twiml: "<Response/>",
    statusCallbackEvent: ["ringing", "answered"],
  });
  assert.match(made.sid, /^CA[0-9a-f]{32}$/);
  assert.equal((await client().calls(made.sid).fetch()).to, "+5511900000001");
  assert.ok((await client().calls.list({ pageSize: 1, limit: 5 })).some((each) => each.sid === made.sid));
});

test("a refusal is the vendor's", { skip }, async () => {
  await assert.rejects(client().calls(`CA${"f".repeat(32)}`).fetch(), { status: 404, code: 20404 });
  await assert.rejects(twilio(SID, "wrong", standIn(address)).calls.list({ limit: 1 }), { status: 401, code: 20003 });
});

test("a queue is made and deleted, with a name that has to be encoded", { skip }, async () => {
  const queue = await client().queues.create({ friendlyName: "ação & reação" });
  assert.equal((await client().queues(queue.sid).fetch()).friendlyName, "ação & reação");
  assert.equal(await client().queues(queue.sid).remove(), true);
});

test("every other product answers 501 with its page", { skip }, async () => {
  await assert.rejects(client().lookups.v2.phoneNumbers("+551140030015").fetch(), (refused) => {
    assert.equal(refused.status, 501);
    assert.match(refused.message, /lookups\.twilio\.com\/v2\/PhoneNumbers/);
    assert.equal(refused.moreInfo, "https://www.twilio.com/docs/lookup/v2-api");
    return true;
  });
  await assert.rejects(client().verify.v2.services.create({ friendlyName: "x" }), { status: 501 });
});

test("an edge and a region lead here as well", { skip }, async () => {
  assert.ok(Array.isArray(await client({ edge: "sao-paulo", region: "br1" }).calls.list({ limit: 1 })));
});

test("any other host is refused and nothing sent", { skip }, async () => {
  for (const uri of ["https://example.com/", "https://twilio.com.example.com/", "http://api.twilio.com/"]) {
    await assert.rejects(client().request({ method: "get", uri }), /no product of Twilio's/);
  }
});

test("an address elsewhere is refused", () => {
  for (const elsewhere of ["https://api.twilio.com", "http://10.0.0.1:5099", "nowhere"]) {
    assert.throws(() => standIn(elsewhere), /no address of this machine/);
  }
});

test("without an address the client is the real one", () => {
  assert.deepEqual(standIn(undefined, { edge: "sao-paulo" }), { edge: "sao-paulo" });
});
