// What a telephone sounds by itself: key tones, ringing, busy. Every sound of the page leaves through `speaker()`.
//
// Cadences are those of Brazil's network (ITU-T E.180 supplement 2, Anatel): one pitch of 425 Hz; ringing sounds 1 s in
// 5 s, busy 250 ms in 500 ms. Key tones are the pairs of ITU-T Q.23.

const NETWORK = 425;
const RINGING = [[1, 4]];
const BUSY = [[0.25, 0.25]];
const UNOBTAINABLE = [[0.25, 0.25], [0.75, 0.25]];

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const PAD = ["123", "456", "789", "*0#"];

/** Seconds that a key sounds at least, however short it is touched; networks want 40 ms. */
const SHORTEST_KEY = 0.1;

/** Seconds in which a tone begins and ends: a step would click. */
const EDGE = 0.008;

let context = null;
let master = null;

/** The page's one way to the ear. Browsers let it sound from the first key or click on. */
export function speaker() {
  if (!context) {
    context = new AudioContext({ latencyHint: "interactive" });
    master = new GainNode(context, { gain: 1 });
    master.connect(context.destination);
  }
  if (context.state === "suspended") context.resume();
  return { context, master };
}

export function isSilenced() {
  return master?.gain.value === 0;
}

/** Silences every sound of the page, or lets it be heard again. */
export function silence(yes) {
  const { context: here, master: out } = speaker();
  out.gain.cancelScheduledValues(here.currentTime);
  out.gain.value = yes ? 0 : 1;
}

/** The two pitches of a key in Hz, the row's first. */
export function pitches(key) {
  const row = PAD.findIndex((keys) => keys.includes(key));
  return [ROWS[row], COLUMNS[PAD[row].indexOf(key)]];
}

/** Sounds the key until the function that comes back is called. */
export function holdKey(key) {
  const { context: here, master: out } = speaker();
  const begins = here.currentTime;
  const gain = new GainNode(here, { gain: 0 });
  gain.gain.setTargetAtTime(0.13, begins, EDGE / 3);
  gain.connect(out);
  const voices = pitches(key).map((frequency) => {
    const voice = new OscillatorNode(here, { frequency });
    voice.connect(gain);
    voice.start(begins);
    return voice;
  });
  return () => {
    const ends = Math.max(here.currentTime, begins + SHORTEST_KEY);
    gain.gain.setTargetAtTime(0, ends, EDGE / 3);
    for (const voice of voices) voice.stop(ends + 2 * EDGE);
  };
}

/** Sounds keys one after another as a machine dials them (`w` waits half a second). Stops when called back. */
export function dialKeys(keys, begins = speaker().context.currentTime) {
  const { context: here, master: out } = speaker();
  const gain = new GainNode(here, { gain: 0.13 });
  gain.connect(out);
  let at = begins;
  for (const key of keys) {
    if (key !== "w" && PAD.join("").includes(key)) {
      for (const frequency of pitches(key)) {
        const voice = new OscillatorNode(here, { frequency });
        voice.connect(gain);
        voice.start(at);
        voice.stop(at + 0.1);
      }
      at += 0.16;
    } else {
      at += 0.5;
    }
  }
  return () => gain.disconnect();
}

let sounding = null;

/** The caller's ringing tone, from `delay` seconds on: where a line answers at once it is never heard. */
export const ringing = (delay = 0) => repeat([NETWORK], RINGING, 0.1, Infinity, delay);

/** The busy tone, for three seconds: what a caller hears when the other side is busy or has hung up. */
export const busy = () => repeat([NETWORK], BUSY, 0.1, 3);

/** The tone of a number that nobody has. */
export const unobtainable = () => repeat([NETWORK], UNOBTAINABLE, 0.1, 3);

/** The bell of a telephone that is rung. */
export const bell = () => repeat([660, 880], [[0.4, 0.2], [0.4, 4]], 0.07, Infinity);

/** Ends the tone of the network, if one sounds. */
export function stopTone() {
  if (!sounding) return;
  const { context: here } = speaker();
  sounding.gain.gain.setTargetAtTime(0, here.currentTime, EDGE / 3);
  sounding.source.stop(here.currentTime + 3 * EDGE);
  sounding = null;
}

function repeat(frequencies, cadence, loudness, seconds, delay = 0) {
  stopTone();
  const { context: here, master: out } = speaker();
  const source = new AudioBufferSourceNode(here, { buffer: drawn(here, frequencies, cadence), loop: true });
  const gain = new GainNode(here, { gain: loudness });
  source.connect(gain).connect(out);
  source.start(here.currentTime + delay);
  if (seconds !== Infinity) source.stop(here.currentTime + delay + seconds);
  sounding = { source, gain };
}

function drawn(here, frequencies, cadence) {
  const rate = here.sampleRate;
  const length = cadence.reduce((sum, [on, off]) => sum + on + off, 0);
  const buffer = new AudioBuffer({ length: Math.round(length * rate), sampleRate: rate });
  const samples = buffer.getChannelData(0);
  let begins = 0;
  for (const [on, off] of cadence) {
    const first = Math.round(begins * rate);
    const count = Math.round(on * rate);
    for (let n = 0; n < count; n += 1) {
      const at = n / rate;
      const edge = Math.min(1, at / EDGE, (on - at) / EDGE);
      const wave = frequencies.reduce((sum, frequency) => sum + Math.sin(2 * Math.PI * frequency * at), 0);
      samples[first + n] = (edge * wave) / frequencies.length;
    }
    begins += on + off;
  }
  return buffer;
}

/** A soft tone of `seconds`: words that another window typed, or a voice that the page has no microphone for. */
export function murmur(seconds) {
  const { context: here, master: out } = speaker();
  const begins = here.currentTime;
  const voice = new OscillatorNode(here, { frequency: 220, type: "triangle" });
  const gain = new GainNode(here, { gain: 0 });
  gain.gain.setTargetAtTime(0.08, begins, 0.02);
  gain.gain.setTargetAtTime(0, begins + seconds, 0.03);
  voice.connect(gain).connect(out);
  voice.start(begins);
  voice.stop(begins + seconds + 0.2);
}
