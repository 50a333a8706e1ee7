// Brings what a microphone hears down to 8000 samples a second, in the thread of the sound, and hands it on in pieces.

const RATE = 8000;
const PIECE = RATE / 4;

class ToTelephone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    this.piece = new Float32Array(PIECE);
    this.filled = 0;
    this.sum = 0;
    this.count = 0;
    this.next = this.step;
    this.seen = 0;
  }

  // Each sample out is the mean of those in: a filter that is good enough for a telephone.
  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.sum += sample;
      this.count += 1;
      this.seen += 1;
      if (this.seen >= this.next) {
        this.piece[this.filled] = this.sum / this.count;
        this.filled += 1;
        this.next += this.step;
        this.sum = 0;
        this.count = 0;
        if (this.filled === PIECE) {
          this.port.postMessage(this.piece.slice());
          this.filled = 0;
        }
      }
    }
    return true;
  }
}

registerProcessor("to-telephone", ToTelephone);
