// Reads the sounds of telephones: WAV files of 8-bit µ-law (ITU-T G.711), or of linear samples.
//
// Browsers differ in which WAV files they decode, and all do it in a thread apart, which a prompt would wait for.
// Anything else (MP3) is the browser's to decode.

const MU_LAW = 7;
const LINEAR = 1;

const LEVELS = Float32Array.from({ length: 256 }, (_, byte) => {
  const turned = ~byte & 0xff;
  const magnitude = ((((turned & 0x0f) << 3) + 0x84) << ((turned & 0x70) >> 4)) - 0x84;
  return (turned & 0x80 ? -magnitude : magnitude) / 32768;
});

/** The sample, -1 to 1, of each µ-law byte of `bytes`. */
export function fromMuLaw(bytes) {
  return Float32Array.from(bytes, (byte) => LEVELS[byte]);
}

/** The µ-law bytes of `samples`, -1 to 1. */
export function toMuLaw(samples) {
  return Uint8Array.from(samples, (sample) => {
    const linear = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
    const magnitude = Math.min(Math.abs(linear), 32635) + 0x84;
    const exponent = Math.max(0, Math.floor(Math.log2(magnitude)) - 7);
    const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    return ~((linear < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
  });
}

/** An AudioBuffer of the file's sound. Throws an Error where neither this nor the browser (`context()`) can read it. */
export async function decode(file, context) {
  const read = readWav(new DataView(file));
  if (!read) return context().decodeAudioData(file);
  const buffer = new AudioBuffer({ length: Math.max(1, read.samples.length), sampleRate: read.rate });
  buffer.copyToChannel(read.samples, 0);
  return buffer;
}

function readWav(view) {
  if (view.byteLength < 44 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") return null;
  let form = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = tag(view, at);
    const length = Math.min(view.getUint32(at + 4, true), view.byteLength - at - 8);
    if (name === "fmt ") {
      form = {
        code: view.getUint16(at + 8, true),
        channels: view.getUint16(at + 10, true),
        rate: view.getUint32(at + 12, true),
        bits: view.getUint16(at + 22, true),
      };
    } else if (name === "data" && form) {
      return samplesOf(view, at + 8, length, form);
    }
    at += 8 + length + (length % 2);
  }
  return null;
}

function samplesOf(view, begin, length, { code, channels, rate, bits }) {
  if (channels !== 1) return null;
  if (code === MU_LAW && bits === 8) {
    return { rate, samples: fromMuLaw(new Uint8Array(view.buffer, view.byteOffset + begin, length)) };
  }
  if (code === LINEAR && bits === 16) {
    const samples = new Float32Array(length >> 1);
    for (let n = 0; n < samples.length; n += 1) samples[n] = view.getInt16(begin + 2 * n, true) / 32768;
    return { rate, samples };
  }
  return null;
}

const tag = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map((n) => view.getUint8(at + n)));
