// Keeps what the page sounds: everything that is connected to the loudspeaker goes to a track as well, which is read
// in pieces of about 10 ms: when each began on the audio clock, and when it was read on the page's (milliseconds).

const connect = AudioNode.prototype.connect;
const pieces = [];
window.heard = { pieces, rate: 0 };

AudioNode.prototype.connect = function tapped(to, ...more) {
  if (to instanceof AudioDestinationNode) {
    const ear = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
    connect.call(this, ear);
    listen(ear.stream.getAudioTracks()[0]);
  }
  return connect.call(this, to, ...more);
};

async function listen(track) {
  for (const reader = new MediaStreamTrackProcessor({ track }).readable.getReader(); ; ) {
    const { value: data, done } = await reader.read();
    if (done) return;
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    window.heard.rate = data.sampleRate;
    pieces.push({ at: data.timestamp / 1e6, read: performance.now(), samples });
    data.close();
  }
}
