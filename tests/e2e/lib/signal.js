// Runs in the page before its scripts: stands where camera and microphone stand, and gives pictures with a moving
// code and a tone. Every 40 ms the code counts one up; at each 25th count a burst of a second tone sounds for 200 ms.
// Picture: 4 x 4 cells, black or white: 4 bits identity, 10 bits count, 2 bits parity; kept calm so that it is not scaled.
(() => {
  const { id, tone, burst, width = 640, height = 360, fps = 25, grain = false, video = true, audio = true } = window.__signal;
  const TICK = 40;
  const zero = performance.now();
  const state = { context: undefined, sound: undefined, size: [width, height] };
  /** Another size of the picture from the next one on, as a turned phone or a resized window gives. */
  window.__resize = (...size) => {
    state.size = size;
  };

  window.__codeOf = (count, who) => {
    let bits = (who & 15) | ((count & 1023) << 4);
    let parity = 0;
    for (let i = 0; i < 14; i += 2) parity ^= (bits >> i) & 3;
    return bits | (parity << 14);
  };
  const count = () => Math.floor((performance.now() - zero) / TICK);
  window.__count = count;

  // Dim squares, others in each picture: without them Chromium's VP9 encoder leaves stale pieces in flat cells that change
  // (seen between two connections of one page, with no server: a fifth of the codes come through; with the squares, all).
  function sprinkle(g, w, h) {
    g.fillStyle = "#80808040";
    for (let y = 0; y < h; y += 8) for (let x = 0; x < w; x += 8) if (Math.random() < 0.5) g.fillRect(x, y, 8, 8);
  }

  function picture() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = state.size;
    const g = canvas.getContext("2d");
    const stream = canvas.captureStream(0);
    const track = stream.getVideoTracks()[0];
    const draw = () => {
      const code = window.__codeOf(count(), id);
      const [w, h] = state.size;
      if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = state.size;
      for (let i = 0; i < 16; i++) {
        g.fillStyle = (code >> i) & 1 ? "#e0e0e0" : "#202020";
        g.fillRect((i % 4) * (w / 4), Math.floor(i / 4) * (h / 4), w / 4, h / 4);
      }
      if (grain) sprinkle(g, w, h);
      (track.requestFrame === undefined ? stream : track).requestFrame(); // Firefox has it on the stream.
    };
    // Just after the count has changed: a picture's own delay would look like sound that is early.
    const step = Math.round(1000 / fps / TICK) * TICK;
    const next = () => setTimeout(again, step - ((performance.now() - zero) % step) + 1);
    const again = () => {
      if (track.readyState !== "live") return;
      draw();
      next();
    };
    again();
    return track;
  }

  function sound() {
    const context = new AudioContext({ sampleRate: 48000 });
    state.context = context;
    const out = context.createMediaStreamDestination();
    const steady = new OscillatorNode(context, { frequency: tone });
    const steadyGain = new GainNode(context, { gain: 0.2 });
    steady.connect(steadyGain).connect(out);
    steady.start();
    const beep = new OscillatorNode(context, { frequency: burst });
    const gate = new GainNode(context, { gain: 0 });
    beep.connect(gate).connect(out);
    beep.start();
    // Between a burst's time and its arrival in the track lies the browser's sound buffer: 10 to 60 ms, differing from run
    // to run. It is measured where the track is read, and bursts are made earlier by as much.
    let lead = 0;
    const delays = [];
    const calibrate = async (track) => {
      const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
      let quiet = 0;
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const arrived = performance.now();
        const wave = new Float32Array(value.numberOfFrames);
        value.copyTo(wave, { planeIndex: 0, format: "f32-planar" });
        value.close();
        const first = wave.findIndex((v) => Math.abs(v) > 0.3);
        quiet = first < 0 ? quiet + 1 : quiet;
        if (first >= 0 && quiet > 10) {
          const at = arrived - ((wave.length - first) / 48000) * 1000 - zero;
          const wanted = Math.round(at / 1000) * 1000;
          delays.push(at - wanted + lead);
          if (delays.length > 5) delays.shift();
          lead = Math.min(...delays); // What was read late says nothing.
        }
        if (first >= 0) quiet = 0;
      }
    };
    if ("MediaStreamTrackProcessor" in window) void calibrate(out.stream.getAudioTracks()[0].clone());
    let next = Math.ceil(count() / 25) * 25;
    setInterval(() => {
      const now = performance.now();
      while (next * TICK + zero - now < 600) {
        const at = context.currentTime + (next * TICK + zero - lead - performance.now()) / 1000;
        if (at > context.currentTime) {
          gate.gain.setValueAtTime(0.4, at);
          gate.gain.setValueAtTime(0, at + 0.2);
        }
        next += 25;
      }
    }, 200);
    return out.stream.getAudioTracks()[0];
  }

  const devices = navigator.mediaDevices;
  if (devices === undefined) return; // An empty page, before the one that is asked for.
  devices.getUserMedia = async (wanted) => {
    const stream = new MediaStream();
    if (wanted.audio && !audio && !wanted.video) throw new DOMException("none", "NotFoundError");
    if (wanted.video && !video) throw new DOMException("none", "NotFoundError");
    if (wanted.video) stream.addTrack(picture());
    if (wanted.audio && audio) stream.addTrack((state.sound ??= sound()).clone());
    return stream;
  };
  // For tests of lost sockets: the page's own can be closed under it.
  const sockets = new Set();
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      sockets.add(this);
    }
  };
  window.__closeSockets = () => sockets.forEach((s) => s.close());
  window.__signalAwake = () => state.context?.resume();

  // ---- reading

  const reader = document.createElement("canvas");
  reader.width = 16;
  reader.height = 16;
  const r = reader.getContext("2d", { willReadFrequently: true });
  /** {id, count} of the picture that a video element shows, or null when it is no code. */
  window.__read = (element) => {
    if (element.videoWidth === 0) return null;
    r.drawImage(element, 0, 0, 16, 16);
    const p = r.getImageData(0, 0, 16, 16).data;
    let bits = 0;
    for (let i = 0; i < 16; i++) {
      const x = (i % 4) * 4 + 2;
      const y = Math.floor(i / 4) * 4 + 2;
      const level = p[(y * 16 + x) * 4 + 1];
      if (level > 90 && level < 150) return null;
      if (level >= 150) bits |= 1 << i;
    }
    const who = bits & 15;
    const n = (bits >> 4) & 1023;
    return window.__codeOf(n, who) === bits ? { id: who, count: n } : null;
  };

  /** Loudness in dB at each frequency of what an audio element plays, over half a second. */
  window.__listen = async (element, frequencies) => {
    const context = new AudioContext({ sampleRate: 48000 });
    await context.resume();
    const analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(element.srcObject).connect(analyser);
    await new Promise((done) => setTimeout(done, 600));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    await context.close();
    return frequencies.map((f) => {
      const at = Math.round((f * 16384) / 48000);
      return Math.max(...bins.slice(at - 3, at + 4));
    });
  };
})();
