// What is measured: each starts on the server's core, fresh for every measurement, and says how the generator reaches it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { address, bin, cores, root, run, start, stop, until } from "./space.mjs";

const HTTPS = 8443;
const MEDIA = 7000;

const host = (v6) => (v6 ? address.v6 : address.v4);
const inUrl = (v6) => (v6 ? `[${address.v6}]` : address.v4);

function folder() {
  return mkdtempSync(join(tmpdir(), "yunjian-bench-"));
}

/** Waits until it answers; one that has ended will not. */
function up(child, answers, name) {
  return until(() => child.exitCode !== null || answers(), 10_000, `${name} answers`).then(() => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
  });
}

/** Ours. @param record meetings record by themselves. @param ciphers as the key srtp_ciphers. */
export async function ours({ rooms = 1, publishers = 1, record = false, ciphers = "auto", v6 = false, extra = {} } = {}) {
  const own = folder();
  const env = {
    ...process.env,
    YUNJIAN_DATA: join(own, "data"),
    YUNJIAN_LISTEN: host(v6),
    YUNJIAN_ANNOUNCE: host(v6),
    YUNJIAN_HTTPS_PORT: String(HTTPS),
    YUNJIAN_MEDIA_PORT: String(MEDIA),
    YUNJIAN_PUBLIC_URL: `https://${inUrl(v6)}:${HTTPS}`,
    YUNJIAN_WEB_ROOT: join(root, "web/dist"),
    YUNJIAN_WORKERS: "1",
    YUNJIAN_RECORD_AUTO: record ? "1" : "0",
    YUNJIAN_SRTP_CIPHERS: ciphers,
    ...extra,
  };
  const cliGiven = async (input, ...args) => {
    const text = await run(cores[1], join(bin, "yunjian"), ["--json", ...args], { env, input });
    return text.trim() === "" ? undefined : JSON.parse(text);
  };
  const cli = (...args) => cliGiven(undefined, ...args);
  const child = start(cores[0], join(bin, "yunjiand"), [], { env });
  const server = {
    name: "yunjian",
    pid: child.pid,
    cli,
    cliGiven,
    url: env.YUNJIAN_PUBLIC_URL,
    recordings: join(env.YUNJIAN_DATA, "recordings"),
    log: () => child.text,
    async close() {
      await stop(child);
      rmSync(own, { recursive: true, force: true });
    },
  };
  try {
    await up(child, () => cli("status"), "yunjiand");
    const demo = await cli("demo", "--load", String(rooms), String(publishers));
    server.demo = demo;
    server.load = ["--whip-url", demo.whip_url, "--whep-url", demo.whep_url, "--token", demo.token, "--insecure", "--local", host(v6)];
    return server;
  } catch (e) {
    const said = child.text;
    await server.close();
    throw new Error(`${e.message}\n${said}`);
  }
}

/** The folder of Debian's package that holds the plugins or transports. */
function janusLibrary(kind, name) {
  for (const base of ["/usr/lib", ...readdirSync("/usr/lib").filter((d) => d.includes("-linux-")).map((d) => `/usr/lib/${d}`)]) {
    const at = join(base, "janus", kind);
    const file = existsSync(at) ? readdirSync(at).find((f) => f.startsWith(name) && f.includes(".so")) : undefined;
    if (file !== undefined) return join(at, file);
  }
  throw new Error(`no ${name} of Janus here: make deps-bench`);
}

/** Janus as Debian has it, with the videoroom plugin and its HTTP API alone; not recording. */
export async function janus({ loops = 1, v6 = false } = {}) {
  const own = folder();
  for (const d of ["none", "plugins", "transports"]) mkdirSync(join(own, d));
  for (const [kind, name] of [["plugins", "libjanus_videoroom"], ["transports", "libjanus_http"]]) {
    const file = janusLibrary(kind, name);
    symlinkSync(file, join(own, kind, file.split("/").at(-1)));
  }
  writeFileSync(
    join(own, "janus.jcfg"),
    `general: { configs_folder = "${own}"  plugins_folder = "${own}/plugins"  transports_folder = "${own}/transports"
  events_folder = "${own}/none"  loggers_folder = "${own}/none"  debug_level = 3  session_timeout = 0  event_loops = ${loops}
  protected_folders = [ "/etc" ] }
certificates: {}
media: {}
nat: { ice_enforce_list = "${host(v6)}", ipv6 = ${v6} }
plugins: {}
transports: {}
`,
  );
  writeFileSync(join(own, "janus.plugin.videoroom.jcfg"), "general: {}\n");
  writeFileSync(
    join(own, "janus.transport.http.jcfg"),
    'general: { json = "compact"  base_path = "/janus"  http = true  port = 8188  ip = "127.0.0.1"  https = false }\nadmin: { admin_http = false }\n',
  );
  const child = start(cores[0], "janus", ["-F", own]);
  const url = "http://127.0.0.1:8188/janus";
  const server = {
    name: `janus, event_loops=${loops}`,
    pid: child.pid,
    load: ["--signalling", "janus", "--janus-url", url, "--local", host(v6)],
    log: () => child.text,
    async close() {
      await stop(child);
      rmSync(own, { recursive: true, force: true });
    },
  };
  try {
    await up(child, async () => (await fetch(`${url}/info`)).ok, "Janus");
  } catch (e) {
    await server.close();
    throw new Error(`${e.message}\n${child.text}`);
  }
  return server;
}

/** The least a forwarder does, as a program. */
export async function floor({ crypto = "mb" } = {}) {
  const child = start(cores[0], join(bin, "floor"), [address.v4, "8080", "8081", `crypto=${crypto}`]);
  const at = `http://${address.v4}:8080`;
  const server = {
    name: `floor, ${crypto}`,
    pid: child.pid,
    load: ["--whip-url", `${at}/whip/{room}-{pub}`, "--whep-url", `${at}/whep/{room}-{pub}`, "--local", address.v4],
    log: () => child.text,
    close: () => stop(child),
  };
  try {
    await up(child, () => fetch(`${at}/`, { method: "DELETE" }), "the floor");
  } catch (e) {
    await server.close();
    throw new Error(`${e.message}\n${child.text}`);
  }
  return server;
}

/** The sum of the parts: microseconds per forwarded packet. Undefined where the processor has no such crypto. */
export async function parts(crypto, receivers, rounds) {
  try {
    return JSON.parse(await run(cores[0], join(bin, "floor"), ["parts", address.v4, `crypto=${crypto}`, `n=${receivers}`, `rounds=${rounds}`]));
  } catch (e) {
    if (e.code === 3) return undefined;
    throw e;
  }
}
