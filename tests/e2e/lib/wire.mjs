// What the browser itself says of its connections: every RTCPeerConnection of the page, and its getStats.

/** Before the first page: keeps the page's connections, their states, and what names ICE gave itself. */
export async function watch(page) {
  await page.evaluateOnNewDocument(() => {
    window.__lines = [];
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...args) {
        super(...args);
        const line = { pc: this, states: [], ufrags: new Set() };
        window.__lines.push(line);
        this.addEventListener("connectionstatechange", () => line.states.push({ state: this.connectionState, at: Date.now() }));
        this.addEventListener("signalingstatechange", () => {
          const ufrag = /a=ice-ufrag:(\S+)/.exec(this.localDescription?.sdp ?? "")?.[1];
          if (ufrag !== undefined) line.ufrags.add(ufrag);
        });
      }
    };
  });
  return page;
}

/** Before the first page: a browser that can send no pictures but in `codec` ("video/VP9"); the server's order does not help it. */
export async function sendsOnly(page, codec) {
  await page.evaluateOnNewDocument((wanted) => {
    const real = RTCRtpTransceiver.prototype.setCodecPreferences;
    const other = /^video\/(vp8|vp9|h264|h265|av1)$/i;
    RTCRtpTransceiver.prototype.setCodecPreferences = function (list) {
      return real.call(this, list.filter((c) => c.mimeType.toLowerCase() === wanted.toLowerCase() || !other.test(c.mimeType)));
    };
  }, codec);
  return page;
}

/** The connections that are open now, oldest first: [{n, states, ufrags, state}]; `n` stays the same for one connection. */
export function lines(page) {
  return page.evaluate(() =>
    window.__lines.flatMap(({ pc, states, ufrags }, n) =>
      pc.connectionState === "closed" || pc.localDescription === null ? [] : [{ n, states, ufrags: [...ufrags], state: pc.connectionState }],
    ),
  );
}

/** The codecs of pictures that really flow: {out: ["video/VP8"], in: [...]}. */
export function videoCodecs(page) {
  return page.evaluate(async () => {
    const found = { out: new Set(), in: new Set() };
    for (const { pc } of window.__lines) {
      const stats = await pc.getStats();
      for (const s of stats.values()) {
        if (s.kind !== "video" || s.codecId === undefined) continue;
        if (s.type === "outbound-rtp" && s.framesEncoded > 0) found.out.add(stats.get(s.codecId).mimeType);
        if (s.type === "inbound-rtp" && s.framesDecoded > 0) found.in.add(stats.get(s.codecId).mimeType);
      }
    }
    return { out: [...found.out], in: [...found.in] };
  });
}

/** The chosen pair of every connected connection: [{local, remote, protocol}]. */
export function paths(page) {
  return page.evaluate(async () => {
    const list = [];
    for (const { pc } of window.__lines) {
      if (pc.connectionState !== "connected") continue;
      const stats = await pc.getStats();
      for (const s of stats.values()) {
        if (s.type !== "transport" || s.selectedCandidatePairId === undefined) continue;
        const pair = stats.get(s.selectedCandidatePairId);
        const [local, remote] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
        list.push({ local: local.address, remote: remote.address, protocol: local.protocol });
      }
    }
    return list;
  });
}
