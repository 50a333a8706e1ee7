// The router's reasons in the language of the page. It writes them in English, for logs and reports; what is not known
// here (names of destinations, holidays, places) stands as it came.

import { _ } from "../shell/messages.js";

/** Each form of the router's words, and what it is here; `$1`, `$2` … of a form are the values of its message. */
const FORMS = [
  [/^open$/, () => _("open")],
  [/^closed$/, () => _("closed")],
  [/^on-call$|^on call$/, () => _("on call")],
  [/^answered$|^completed$/, () => _("answered")],
  [/^busy$/, () => _("busy")],
  [/^no-answer$/, () => _("nobody answered")],
  [/^failed$/, () => _("not reached")],
  [/^canceled$/, () => _("no longer rung")],
  [/^queue-full$/, () => _("the queue is full")],
  [/^queue-timeout$/, () => _("nobody took the call in time")],
  [/^night$/, () => _("outside of the hours")],
  [/^weekend$/, () => _("weekend")],
  [/^break$/, () => _("break")],
  [/^holiday$/, () => _("holiday")],
  [/^special-day$/, () => _("special day")],
  [/^closure$/, () => _("closed in an emergency")],
  [/^always open$/, () => _("always open")],
  [/^none is in force$/, () => _("none is in force")],
  [/^no targets$/, () => _("no targets")],
  [/^open \((.+)\): (.+)$/, (names, word) => _("does one answer now of {names}: {word}", { names, word: inWords(word) })],
  [/^closed: (.+)$/, (why) => _("closed: {why}", { why: inWords(why) })],
  [/^on-call: (.+)$/, (why) => _("on call: {why}", { why: inWords(why) })],
  [/^on call: nobody$/, () => _("on call: nobody")],
  [/^on call: (.+)$/, (people) => _("on call: {people}", { people })],
  [/^full: (\d+) at once$/, (count) => _("full: {count} at once", { count })],
  [/^full: (\d+) an hour$/, (count) => _("full: {count} an hour", { count })],
  [/^full: (\d+) a day$/, (count) => _("full: {count} a day", { count })],
  [/^gave up: (.+)$/, (why) => _("gave up: {why}", { why: inWords(why) })],
  [/^none left: (.+)$/, (why) => _("none left: {why}", { why: inWords(why) })],
  [/^next target: (.+)$/, (why) => _("next target: {why}", { why: inWords(why) })],
  [/^diverted in a circle$/, () => _("diverted in a circle")],
  [/^diverted from (\S+): (.+)$/, (name, why) => _("diverted from {name}: {why}", { name, why: inWords(why) })],
  [/^(.+): on to (\S+)$/, (why, name) => _("{why}: on to {name}", { why: inWords(why), name })],
  [/^by way of (\S+): on-call$/, (name) => _("by way of {name}: on call", { name })],
  [/^by way of (\S+)$/, (name) => _("by way of {name}", { name })],
  [/^contract: (.+)$/, (name) => _("contract: {name}", { name })],
  [/^(.+) has targets of its own$/, (name) => _("{name} has targets of its own", { name })],
  [/^no targets of its own for a caller without one$/, () => _("no targets of its own for a caller without one")],
  [/^no targets of its own for (.+)$/, (name) => _("no targets of its own for {name}", { name })],
  [/^access code (.+)$/, (code) => _("access code {code}", { code })],
  [/^unknown access code$/, () => _("unknown access code")],
  [/^area code (.+)$/, (code) => _("area code {code}", { code })],
  [/^left the queue by key (.)$/, (key) => _("left the queue by key {key}", { key })],
  [/^too many turns$/, () => _("too many turns")],
  [/^ring (.+) for (\d+) s, who has to accept the call$/, (to, seconds) => _("ring {to} for {seconds} s, who has to accept the call", { to, seconds })],
  [/^ring (.+) at once for (\d+) s$/, (to, seconds) => _("ring {to} at once for {seconds} s", { to, seconds })],
  [/^ring (.+) for (\d+) s$/, (to, seconds) => _("ring {to} for {seconds} s", { to, seconds })],
  [/^wait in the queue (.+) for (\d+) s at most$/, (name, seconds) => _("wait in the queue {name} for {seconds} s at most", { name, seconds })],
  [/^borrow the targets of (.+)$/, (name) => _("borrow the targets of {name}", { name })],
  [/^(\S+) is no special day$/, (day) => _("{day} is no special day", { day })],
  [/^(\S+) is no holiday$/, (day) => _("{day} is no holiday", { day })],
  [/^(\S+) is a working day by order$/, (day) => _("{day} is a working day by order", { day })],
  [/^(\d\S+) is (.+): closed$/, (day, name) => _("{day} is {name}: closed", { day, name })],
  [/^(\d\S+) is (.+): on call$/, (day, name) => _("{day} is {name}: on call", { day, name })],
  [/^(\d\S+) is (.+): as any day$/, (day, name) => _("{day} is {name}: as any day", { day, name })],
  [/^(\d\S+) is (.+)$/, (day, name) => _("{day} is {name}", { day, name })],
  [/^open at (.+)$/, (at) => _("open at {at}", { at })],
  [/^on call at (.+)$/, (at) => _("on call at {at}", { at })],
  [/^closed at (.+\)): (.+)$/, (at, why) => _("closed at {at}: {why}", { at, why: inWords(why) })],
  [/^closed until further notice: (.+)$/, (why) => _("closed until further notice: {why}", { why })],
  [/^closed until (\d+-\d+-\d+ \d+:\d+): (.+)$/, (until, why) => _("closed until {until}: {why}", { until, why })],
  [/^opens (\d.+)$/, (at) => _("opens {at}", { at })],
  [/^does not open within a year$/, () => _("does not open within a year")],
];

const RULES = {
  closure: () => _("emergency closure"),
  contract: () => _("contract"),
  divert: () => _("divert"),
  holiday: () => _("holiday"),
  hours: () => _("hours"),
  limit: () => _("limit"),
  rota: () => _("rota"),
  "special-day": () => _("special day"),
  target: () => _("target"),
};

/** What the router says, `open; next target: busy`, in words of this page. */
export function inWords(reason) {
  return reason.split("; ").map(phrase).join("; ");
}

/** The name of a rule that the router tried. */
export function ruleName(rule) {
  return RULES[rule]?.() ?? rule;
}

function phrase(text) {
  for (const [form, words] of FORMS) {
    const found = text.match(form);
    if (found) return words(...found.slice(1));
  }
  return text;
}
