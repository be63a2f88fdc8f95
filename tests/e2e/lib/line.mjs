// A line between a browser and the server that can be slow, and cut: bytes pass as they are.
import net from "node:net";

export class Line {
  /** @param rate bytes a second towards the server; 0: as they come */
  constructor(port, rate = 0) {
    Object.assign(this, { to: port, rate, sockets: new Set(), up: true });
  }
  async open() {
    this.server = net.createServer((c) => this.#take(c));
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    this.port = this.server.address().port;
    return this;
  }
  #take(c) {
    if (!this.up) {
      c.destroy();
      return;
    }
    const s = net.connect(this.to, "127.0.0.1");
    for (const [a, b] of [[c, s], [s, c]]) {
      this.sockets.add(a);
      a.on("error", () => undefined); /* Cut off, by us or by them. */
      a.on("close", () => {
        this.sockets.delete(a);
        b.destroy();
      });
    }
    s.pipe(c);
    c.on("data", (d) => {
      s.write(d);
      if (this.rate === 0) return;
      c.pause();
      setTimeout(() => c.resume(), (d.length / this.rate) * 1000);
    });
  }
  /** All connections break, and no new one comes about until mend(). */
  cut() {
    this.up = false;
    for (const s of this.sockets) s.destroy();
  }
  mend() {
    this.up = true;
  }
  close() {
    this.cut();
    this.server?.close();
  }
}
