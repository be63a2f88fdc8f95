// What the figures were measured on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

function version(name) {
  try {
    return execFileSync("dpkg-query", ["-W", "-f", "${Version}", name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "not installed";
  }
}

/** The commit, and whether anything but this report differs from it. */
function commit(root) {
  const git = (...args) => execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changed = git("status", "--porcelain", "--", ".", ":!docs/benchmarks.md") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? " with changes that are not committed" : "");
  } catch {
    return "unknown";
  }
}

export function machine(root) {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown";
  const packages = ["janus", "libsrtp2-1", "libssl3", "libnss3", "libipsec-mb1", "libwebsockets17", "gstreamer1.0-plugins-base", "chromium"];
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    processor: cpus()[0].model,
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system,
    kernel: release(),
    commit: commit(root),
    packages: Object.fromEntries(packages.map((p) => [p, version(p)])),
  };
}
