// The real nginx with our sample, on ports of the test's own.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";
import { root, until } from "./server.mjs";

/** conf/nginx.conf with names, ports and certificate replaced; fails when one of them is not in the sample. */
function sample(changes) {
  let text = readFileSync(join(root, "conf/nginx.conf"), "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`conf/nginx.conf has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Starts nginx on `port` before `server`; resolves to {stop}. */
export async function nginx(folder, server, port, ip) {
  mkdirSync(folder, { recursive: true });
  const text = sample([
    ["listen 443 ssl http2;", `listen ${ip}:${port} ssl http2;`],
    ["    listen [::]:443 ssl http2;\n", ""],
    ["server 127.0.0.1:8443;", `server 127.0.0.1:${server.port};`],
    ["/etc/ssl/yunjian/fullchain.pem", join(server.env.YUNJIAN_DATA, "certificate.pem")],
    ["/etc/ssl/yunjian/privkey.pem", join(server.env.YUNJIAN_DATA, "key.pem")],
  ]);
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; ${process.getuid() === 0 ? "user root;" : ""}
     events { worker_connections 512; }
     http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
     ${text} }`,
  );
  const child = spawn("/usr/sbin/nginx", ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log"), "-p", folder], { stdio: "inherit" });
  const over = new Promise((done) => child.once("exit", done));
  await until(
    () =>
      new Promise((done, fail) => {
        if (child.exitCode !== null) fail(new Error(readFileSync(join(folder, "error.log"), "utf8")));
        const s = tls.connect({ host: ip, port, rejectUnauthorized: false }, () => {
          s.destroy();
          done(true);
        });
        s.once("error", fail);
      }),
    5000,
    "nginx answers",
  );
  return {
    stop: () => {
      child.kill("SIGTERM");
      return over;
    },
  };
}
