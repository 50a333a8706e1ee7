// A shop's telephone menu on Express: 1 tells the hours, 2 rings the counter.
//
// PORT is where it listens (0: any free port, which it prints); TWILIO_AUTH_TOKEN checks who asks.
"use strict";

const express = require("express");
const twilio = require("twilio");

const { VoiceResponse } = twilio.twiml;
const app = express();
app.use(express.urlencoded({ extended: false }));
app.use(twilio.webhook({ validate: Boolean(process.env.TWILIO_AUTH_TOKEN), protocol: "http" }));

function answer(response, document) {
  response.type("text/xml").send(document.toString());
}

app.post("/voice", (request, response) => {
  const document = new VoiceResponse();
  const gather = document.gather({ numDigits: 1, action: "/key" });
  gather.say("Thank you for calling the shop. For our hours, press 1. For the counter, press 2.");
  document.say("Goodbye.");
  answer(response, document);
});

app.post("/key", (request, response) => {
  const document = new VoiceResponse();
  if (request.body.Digits === "1") {
    document.say("We are open from Monday to Friday, from 9 to 18 hours.");
  } else if (request.body.Digits === "2") {
    document.dial({ action: "/dialled", timeout: 20 }, "+551130030000");
  } else {
    document.say("There is nothing on that key.");
    document.redirect("/voice");
  }
  answer(response, document);
});

app.post("/dialled", (request, response) => {
  const document = new VoiceResponse();
  if (request.body.DialCallStatus !== "completed") document.say("Nobody is at the counter. Please call again.");
  answer(response, document);
});

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/voice`);
});
