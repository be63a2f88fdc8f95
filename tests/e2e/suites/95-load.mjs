// The load generator of the benchmark against the real server: it counts every packet, so that this does too.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { between, equal, ok } from "../lib/expect.mjs";
import { bin, withServer } from "../lib/server.mjs";

const run = promisify(execFile);

async function load({ ip, record = "0" }, ...extra) {
  return withServer({ ip, env: { YUNJIAN_LISTEN: ip, YUNJIAN_ANNOUNCE: ip, YUNJIAN_RECORD_AUTO: record } }, async (server) => {
    const demo = await server.cli("demo", "--load", "1", "1");
    const args = ["--whip-url", demo.whip_url, "--whep-url", demo.whep_url, "--token", demo.token, "--insecure", "--local", ip, "--subs", "5",
      "--warmup", "0.5", "--duration", "2", "--server-pid", String(server.process.pid), "--even", ...extra];
    const { stdout } = await run(join(bin, "rtcload"), args, { timeout: 60_000 });
    return JSON.parse(stdout);
  });
}

/** Everything came, nothing twice, nothing foreign. */
function whole(got, least) {
  equal(got.publishers.failed + got.subscribers.failed, 0, `connections that failed: ${JSON.stringify([got.publishers.why, got.subscribers.why])}`);
  equal(got.delivery.up, 6, "connections");
  ok(got.delivery.expected >= least, `${got.delivery.expected} packets were expected`);
  for (const what of ["lost", "unknown", "renumbered", "srtp_errors", "socket_drops"]) equal(got.delivery[what], 0, `packets: ${what}`);
}

export const tests = {
  async "one publisher, five watchers: every packet once"() {
    const got = await load({ ip: "10.77.0.1" }, "--fresh");
    whole(got, 1800); // Two seconds of about 200 packets, five times.
    equal(got.delivery.duplicate + got.delivery.gaps_in_all, 0, "packets that came twice, or never");
    equal(got.config.srtp, "SRTP_AEAD_AES_128_GCM", "the cipher");
    ok(got.server.us_per_packet > 0 && got.server.pss_kb > 1000, `the server's cost is read: ${JSON.stringify(got.server)}`);
    ok(got.latency_us.samples > 0 && got.latency_us.p50 < 100_000, `latency is measured: ${JSON.stringify(got.latency_us)}`);
  },
  async "over IPv6, with trickle, recorded"() {
    const got = await load({ ip: "fd77::1", record: "1" }, "--trickle");
    whole(got, 1800);
    equal(got.delivery.duplicate, 0, "packets that came twice");
    equal(got.server.children, 1, "packagers");
  },
  async "what is lost on the way is asked for and sent again"() {
    const got = await load({ ip: "10.77.0.1" }, "--audio-pps", "0", "--drop-every", "30", "--withhold-every", "30");
    whole(got, 1300);
    const d = got.delivery;
    ok(d.dropped_on_purpose > 20 && d.withheld_on_purpose > 5, `packets were lost on purpose: ${d.dropped_on_purpose}, ${d.withheld_on_purpose}`);
    ok(d.repaired_by_rtx > 20 && d.sent_again > 5, `and came again: ${d.repaired_by_rtx} to watchers, ${d.sent_again} to the server`);
  },
  async "what does not come is counted as lost"() {
    const got = await load({ ip: "10.77.0.1" }, "--video-bps", "0", "--drop-every", "10"); // Nobody asks for voice again.
    between(got.delivery.loss_percent, 4, 20, "percent lost");
    equal(got.delivery.expected - got.delivery.received, got.delivery.lost, "expected, less received");
  },
};
