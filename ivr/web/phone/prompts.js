// Plays what the line says: fetches recordings, plays one after another without a gap, and falls silent at once.

import { dialKeys, speaker } from "./tones.js";
import { decode } from "./wav.js";

const AUDIO = /\/audio\/[\w-]+\.wav\b/g;

/** Recordings that were fetched, by address: a line says the same few things again and again. */
const recordings = new Map();

const MOST = 200;

/** Below this a sample is silence: a telephone's µ-law has eight steps there. */
const SILENT = 0.004;

/** Seconds of silence that are left before the first sound, so that it does not begin with a click. */
const BREATH = 0.005;

export class Prompts {
  /** `told(event)` is called with `{prompt, problem}` where a recording cannot be heard. */
  constructor(told = () => {}) {
    this.told = told;
    this.playing = new Map(); // what stops each prompt that sounds or waits to, by its number
    this.free = 0; // when the last of them ends, in seconds of the audio clock
    this.round = 0; // grows with each stop: a recording that comes later than that is not played
  }

  take(event) {
    switch (event.kind) {
      case "call":
        this.stop();
        break;
      case "request":
        this.fetchAhead(event.twiml ?? "");
        break;
      case "play":
        if (event.digits) this.dial(event);
        else if (event.sound && !event.leg) this.play(event);
        break;
      case "prompt_over":
        if (event.interrupted) this.stop(event.prompt);
        break;
      case "ended":
        this.stop();
        break;
    }
  }

  /** Fetches the recordings of an answer before their turn comes. */
  fetchAhead(twiml) {
    for (const [path] of twiml.matchAll(AUDIO)) recording(path).catch(() => {});
  }

  async play({ prompt, sound, loop }) {
    const round = this.round;
    const { context, master } = speaker();
    let buffer;
    try {
      buffer = await recording(sound);
    } catch (problem) {
      this.told({ prompt, problem });
      return;
    }
    if (round !== this.round) return;
    const source = new AudioBufferSourceNode(context, { buffer, loop: loop === 0 });
    source.connect(master);
    const begins = Math.max(context.currentTime, this.free);
    // The silence with which a recording begins is of use between two sentences, and a delay before the first one.
    const skipped = begins > context.currentTime ? 0 : silenceBefore(buffer);
    source.start(begins, skipped);
    this.free = loop === 0 ? Infinity : begins + buffer.duration - skipped;
    this.playing.set(prompt, () => source.stop());
    source.onended = () => this.playing.delete(prompt);
  }

  dial({ prompt, digits }) {
    const { context } = speaker();
    this.playing.set(prompt, dialKeys(digits, Math.max(context.currentTime, this.free)));
  }

  isPlaying() {
    return this.playing.size > 0;
  }

  /** Stops the prompt, and those that wait behind it; without a number: all. */
  stop(prompt = null) {
    this.round += 1;
    this.free = 0;
    for (const [number, stop] of this.playing) {
      if (prompt === null || number >= prompt) {
        stop();
        this.playing.delete(number);
      }
    }
  }
}

/** Seconds of silence before the first sound of a recording; none where there is no sound at all. */
function silenceBefore(buffer) {
  const first = buffer.getChannelData(0).findIndex((sample) => Math.abs(sample) > SILENT);
  return Math.max(0, first / buffer.sampleRate - BREATH);
}

/** The recording at `path`, from memory where it was fetched before. */
export function recording(path) {
  const known = recordings.get(path);
  if (known) return known;
  if (recordings.size >= MOST) recordings.delete(recordings.keys().next().value);
  const fetched = fetchRecording(path);
  recordings.set(path, fetched);
  fetched.catch(() => recordings.delete(path));
  return fetched;
}

async function fetchRecording(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return decode(await answer.arrayBuffer(), () => speaker().context);
}

/** Plays the recording at `path` by itself; returns what stops it. */
export async function listen(path, ended = () => {}) {
  const { context, master } = speaker();
  const source = new AudioBufferSourceNode(context, { buffer: await recording(path) });
  source.connect(master);
  source.onended = ended;
  source.start();
  return () => source.stop();
}
