// Bytes on a TLS connection, as no honest client sends them.
import tls from "node:tls";
import { randomBytes } from "node:crypto";

/** Connects; `heard()` is what came so far, `gone` when the other side has closed. */
export function dial(server, { from } = {}) {
  return new Promise((done, fail) => {
    const begun = Date.now();
    const s = tls.connect({ host: server.ip, port: server.port, localAddress: from, rejectUnauthorized: false });
    const chunks = [];
    const line = { socket: s, gone: undefined, heard: () => Buffer.concat(chunks), send: (b) => s.write(b) };
    line.end = new Promise((over) =>
      s.once("close", () => {
        line.gone = Date.now() - begun;
        over(line.gone);
      }),
    );
    s.on("data", (d) => chunks.push(d));
    s.on("error", () => undefined); /* A reset is one of the ways of being refused; "close" follows. */
    s.once("secureConnect", () => done(line));
    s.once("close", () => fail(new Error("closed before the handshake was over")));
  });
}

/** Sends text and waits for an answer and a pause, or the end, at most `ms`; resolves to what was heard. */
export async function exchange(server, text, ms = 3000) {
  const line = await dial(server);
  line.send(text);
  const late = Date.now() + ms;
  for (let seen = -1; line.gone === undefined && Date.now() < late; ) {
    if (seen === line.heard().length && line.heard().includes("\r\n\r\n")) break;
    seen = line.heard().length;
    await new Promise((d) => setTimeout(d, 100));
  }
  line.socket.destroy();
  return { text: line.heard().toString("latin1"), bytes: line.heard(), gone: line.gone };
}

export const statusOf = (text) => Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);

export function upgrade(server, change = {}) {
  const headers = {
    Host: new URL(server.url).host,
    Upgrade: "websocket",
    Connection: "Upgrade",
    Origin: server.url,
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "yunjian.v1",
    ...change.headers,
  };
  const lines = Object.entries(headers).filter(([, v]) => v !== undefined).map(([k, v]) => `${k}: ${v}\r\n`);
  return `${change.method ?? "GET"} ${change.path ?? "/ws/v1"} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** One frame from a client. opcode: 0 continuation, 1 text, 2 binary, 8 close, 9 ping. */
export function frame(text, { opcode = 1, fin = true, mask = true, announced } = {}) {
  const body = Buffer.from(text);
  const n = announced ?? body.length;
  const head = n < 126 ? Buffer.alloc(2) : n < 65536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = (fin ? 0x80 : 0) | opcode;
  head[1] = (mask ? 0x80 : 0) | (n < 126 ? n : n < 65536 ? 126 : 127);
  if (n >= 65536) head.writeBigUInt64BE(BigInt(n), 2);
  else if (n >= 126) head.writeUInt16BE(n, 2);
  if (!mask) return Buffer.concat([head, body]);
  const key = randomBytes(4);
  for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3];
  return Buffer.concat([head, key, body]);
}

/** The whole frames of what a server sent. */
function* frames(bytes) {
  for (let at = 0; at + 2 <= bytes.length; ) {
    let n = bytes[at + 1] & 127;
    let start = at + 2;
    if (n === 126 && at + 4 <= bytes.length) [n, start] = [bytes.readUInt16BE(at + 2), at + 4];
    else if (n === 127 && at + 10 <= bytes.length) [n, start] = [Number(bytes.readBigUInt64BE(at + 2)), at + 10];
    if (start + n > bytes.length) return;
    yield { opcode: bytes[at] & 15, body: bytes.subarray(start, start + n) };
    at = start + n;
  }
}
const count = (bytes, opcode) => [...frames(bytes)].filter((f) => f.opcode === opcode).length;

/** A WebSocket whose frames are ours to write; the answer to the upgrade has been read. */
export async function socket(server) {
  const line = await dial(server);
  line.send(upgrade(server));
  const end = Date.now() + 5000;
  while (!line.heard().includes("\r\n\r\n")) {
    if (line.gone !== undefined || Date.now() > end) throw new Error("the upgrade was not answered");
    await new Promise((d) => setTimeout(d, 10));
  }
  const upgraded = line.heard();
  if (statusOf(upgraded.toString("latin1")) !== 101) throw new Error(upgraded.toString("latin1"));
  const head = upgraded.indexOf("\r\n\r\n") + 4;
  line.frames = () => line.heard().subarray(head);
  /* Pings are answered: what is cut off here has not been silent. */
  let pongs = 0;
  line.socket.on("data", () => {
    const due = count(line.frames(), 9);
    for (; pongs < due; pongs++) line.send(frame("\0", { opcode: 10 }));
  });
  /** The close code that came, if one did. */
  line.code = () => {
    const close = [...frames(line.frames())].find((f) => f.opcode === 8);
    return close === undefined ? undefined : close.body.length >= 2 ? close.body.readUInt16BE(0) : 1005;
  };
  return line;
}
