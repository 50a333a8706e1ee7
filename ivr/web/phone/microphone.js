// The microphone, asked for only when a person wants to use it; what it hears is sent as telephones do, in µ-law.

import { speaker } from "./tones.js";
import { fromMuLaw, toMuLaw } from "./wav.js";

const RATE = 8000;

export class Microphone {
  /** `heard(frames)` gets base64 of 8 kHz µ-law, four times a second. */
  constructor(heard) {
    this.heard = heard;
    this.stream = null;
  }

  isOn() {
    return this.stream !== null;
  }

  /** Asks for the microphone and begins. Throws where the browser or the person refuses it. */
  async begin() {
    if (!navigator.mediaDevices) throw new Error("no microphone without a secure context");
    const { context } = speaker();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
    await context.audioWorklet.addModule(new URL("./microphone_worklet.js", import.meta.url));
    this.stream = stream;
    this.source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    this.worklet = new AudioWorkletNode(context, "to-telephone", { numberOfOutputs: 0 });
    this.worklet.port.onmessage = ({ data }) => this.heard(base64(toMuLaw(data)));
    this.source.connect(this.worklet);
  }

  end() {
    this.source?.disconnect();
    if (this.worklet) this.worklet.port.onmessage = null;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = this.source = this.worklet = null;
  }
}

let free = 0;

/** Plays what the other window's microphone heard: pieces one after another, with a fifth of a second in hand. */
export function playFrames(frames) {
  const { context, master } = speaker();
  const samples = fromMuLaw(Uint8Array.from(atob(frames), (letter) => letter.charCodeAt(0)));
  if (!samples.length) return;
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: RATE });
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(master);
  const begins = free > context.currentTime ? free : context.currentTime + 0.2;
  source.start(begins);
  free = begins + buffer.duration;
}

function base64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
