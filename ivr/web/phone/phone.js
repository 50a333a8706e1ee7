// The page of the telephone: connects keys, screen, sound and dialogue with the events of the simulated carrier.

import { byId } from "../shell/dom.js";
import { _ } from "../shell/messages.js";
import { get } from "../shell/server.js";
import { openMap as openMenu } from "../map/map.js";
import { After } from "./after.js";
import { Bonnet } from "./bonnet.js";
import { Dialogue } from "./dialogue.js";
import { Display } from "./display.js";
import { keypad } from "./keypad.js";
import { OtherEnd } from "./other_end.js";
import { People } from "./people.js";
import { Prompts } from "./prompts.js";
import { Redo } from "./redo.js";
import { Setup } from "./setup.js";
import { Speaking } from "./speaking.js";
import { tabs } from "./tabs.js";
import { Telephone } from "./telephone.js";
import { busy, isSilenced, murmur, ringing, silence, speaker, stopTone, unobtainable } from "./tones.js";

const API = "/phone/api";

/** Seconds after which the caller hears it ring: lines that answer at once are heard at once. */
const RINGS_AFTER = 0.25;

const asked = new URLSearchParams(location.search);
const keyed = byId("keyed");
const problem = byId("problem");
const may = byId("stage").dataset;

let inCall = false;
let moment = null;
let gather = null;
let map = null;
let mapOf = null;
let way = []; // what the map has to know of the call

const telephone = new Telephone(take, (lost) => tell(lost ? _("The server does not answer; trying again…") : ""));
const display = new Display();
const dialogue = new Dialogue();
const prompts = new Prompts(() => tell(_("A recording could not be loaded; its words are in the conversation.")));
const setup = new Setup(() => show());
const people = new People(keyFor);
const speaking = new Speaking(act, (frames) => telephone.send(frames).catch(() => {}));
const otherEnd = new OtherEnd(act, (call) => call === telephone.call, announce);
const redo = new Redo(act, (field) => people.customer && keyFor(people.customer, field));
const after = new After(() => redo.written(), () => people.customer?.id);
const bonnet = new Bonnet();

const views = [prompts, display, dialogue, bonnet, people, speaking, redo, after];

function take(event) {
  if (event.kind === "hello") {
    setup.number = event.number;
    if (inCall && !event.calls.includes(telephone.call)) take({ kind: "ended", call: telephone.call, status: "failed" });
    return;
  }
  if (event.kind === "bye") return;
  otherEnd.take(event);
  if (event.kind === "call") adopt(event);
  if (event.call !== undefined && event.call !== telephone.call) return;
  // What the other side waits for is that side's alone, and no moment of the caller's.
  if (event.leg !== undefined && ["moment", "gather"].includes(event.kind)) return;
  if (event.kind === "moment") moment = event;
  if (event.kind === "gather") gather = event;
  for (const view of views) view.take(event);
  follow(event);
  sound(event);
  if (event.kind === "say" && !event.leg) announce(event.text);
  if (event.kind === "talk") announce(event.text);
  if (event.kind === "ended") finished();
}

/** The call is this page's from now on; the stream may tell of it before the answer to the request that made it. */
function adopt(event) {
  telephone.call = event.call;
  if (event.incoming) began();
}

/** The tones of the network, by what happens to the call. */
function sound(event) {
  switch (event.kind) {
    case "status":
      if (event.status === "in-progress") stopTone();
      break;
    case "moment":
      if (event.moment === "ringing") ringing();
      else stopTone();
      break;
    case "say":
    case "play":
      if (!event.leg) stopTone();
      break;
    case "ended":
      stopTone();
      if (event.by !== "caller" && event.status !== "canceled") busy();
      break;
  }
}

function show() {
  if (inCall) return;
  display.idle(setup.shown());
  people.show(offers(setup.mode) && setup.wanted().url === undefined);
  openMap(setup.wanted().line);
}

function offers(mode) {
  return setup.directory.customers[mode] === true;
}

async function openMap(line) {
  if (line === mapOf) return;
  mapOf = line;
  map = null;
  byId("map").hidden = !line;
  if (!line) return;
  try {
    const opened = await openMenu(byId("map-picture"), line);
    if (mapOf !== line) return;
    map = opened;
    way.forEach((event) => map.take(event));
  } catch {
    // The server did not draw it: the call goes on without, and the next choice of the line asks again.
    if (mapOf === line) mapOf = null;
    byId("map").hidden = true;
  }
}

/** Shows on the map where the call is; one that is still being drawn is shown the whole way when it is there. */
function follow(event) {
  if (event.kind === "call") way = [];
  if (["call", "state", "ended"].includes(event.kind)) way.push(event);
  map?.take(event);
}

function began() {
  inCall = true;
  moment = null;
  tell("");
  byId("setup").hidden = true;
  display.dialling();
}

function finished() {
  inCall = false;
  moment = null;
  byId("setup").hidden = false;
  setup.number = telephone.number;
}

async function dial() {
  if (inCall || may.mayCall === undefined) return;
  speaker();
  stopTone();
  const number = keyed.textContent;
  erase(number.length);
  if (number && !setup.choose(number)) {
    tell(_("No line of this server has the number {number}.", { number }));
    unobtainable();
    return;
  }
  const wrong = setup.problem();
  if (wrong) {
    tell(wrong);
    return;
  }
  began();
  telephone.call = null;
  ringing(RINGS_AFTER);
  try {
    if (setup.number && setup.number !== telephone.number) await telephone.register(setup.number);
    await telephone.dial({ ...setup.wanted(), ...(people.customer ? { customer: people.customer.id } : {}) });
  } catch (refused) {
    finished();
    display.state("over", _("The call was not made"));
    tell(refusal(refused));
    stopTone();
    busy();
  }
}

async function hangUp() {
  if (!inCall) return;
  prompts.stop();
  stopTone();
  const hung = telephone.call;
  const reached = await act("hang_up");
  // A server that is away has no such call any more, and tells of no end.
  if (!reached && inCall && telephone.call === hung) take({ kind: "ended", call: hung, status: "failed", duration: display.seconds() });
}

/** A key of the pad: into the call, or into the number that is to be called. */
function press(key) {
  if (!inCall) {
    keyed.textContent = (keyed.textContent + key).slice(-18);
    byId("erase").hidden = false;
    return;
  }
  if (!moment?.secret) redo.leave();
  cut();
  act("press", { keys: key });
}

/** Keys what a demo customer knows, and the key that ends it where the line waits for more digits. */
async function keyFor(customer, field) {
  cut();
  await act("press", { customer: customer.id, field });
  const ends = gather?.finish_on_key;
  if (ends && customer[field].length < (gather.num_digits ?? Infinity)) await act("press", { keys: ends });
}

/** What the line takes (keys, or speech) cuts its prompt short; the sound does not wait for the server to say so. */
function cut(by = "keys") {
  if (moment?.barge_in && moment.takes?.[by]) prompts.stop();
}

function erase(count = 1) {
  keyed.textContent = keyed.textContent.slice(0, -count || undefined);
  byId("erase").hidden = !keyed.textContent || inCall;
}

/** Has it done in the call; whether the carrier knows of the call still. */
async function act(name, fields = {}, call = telephone.call) {
  if (name === "speak") cut("speech");
  if (name === "say" && call === telephone.call) {
    dialogue.take({ kind: "talk", own: true, call, text: fields.text, t: display.seconds() });
    murmur(0.4);
  }
  if (call === telephone.call) redo.did(name, fields);
  try {
    await telephone.act(name, fields, call);
    tell("");
    return true;
  } catch (refused) {
    // What came a moment too late, when the call has gone on, is no fault of the caller's.
    if (!["not-now", "over"].includes(refused.code)) tell(refusal(refused));
    return ["not-now", "over"].includes(refused.code);
  }
}

/** What is shown for a refusal of the carrier. */
function refusal(refused) {
  const { code, message } = refused instanceof TypeError ? { code: "away" } : refused; // fetch reached no server
  const words = {
    "number-taken": _("Another telephone has this number; choose another one."),
    "bad-address": _("This address may not be called: write one of this machine that begins with http://, and without a password in it."),
    "too-many": _("Too many calls go on at once; try again in a moment."),
    "unknown-line": _("This server has no such line."),
    busy: _("This telephone is already in a call."),
    away: _("The line's server does not answer."),
  };
  return words[code] ?? message;
}

function tell(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

/** Says `words` to screen readers, where no recording says them. */
function announce(words) {
  byId("said").textContent = words;
}

function mute() {
  const off = !isSilenced();
  silence(off);
  byId("mute").setAttribute("aria-pressed", String(off));
}

keypad(byId("pad"), press);
tabs(byId("tabs"));
byId("dial").addEventListener("click", dial);
byId("hang-up").addEventListener("click", hangUp);
byId("erase").addEventListener("click", () => erase());
byId("mute").addEventListener("click", mute);
byId("forget").addEventListener("click", () => {
  redo.ask(null);
  byId("redo").hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Backspace" && !inCall && document.activeElement === document.body) erase();
});
addEventListener("pagehide", () => telephone.leave());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** Registers this telephone, and offers what may be called. */
async function begin() {
  try {
    const [directory] = await Promise.all([get(`${API}/directory`), telephone.register()]);
    setup.offer(directory, asked);
    byId("redo").hidden = !redo.ask(asked.get("redo"));
    if (may.mayCall !== undefined && (directory.customers.live || directory.customers.rehearsal)) {
      people.offer((await get(`${API}/customers`)).customers, asked.get("customer"));
      show();
    }
  } catch (refused) {
    tell(refusal(refused));
  }
}

if (may.mayAnswer !== undefined) begin();
