import { describe, expect, it } from "vitest";
import { isAt, placesOf } from "./places";

const at = (role: Parameters<typeof placesOf>[0], path: string) => placesOf(role).filter((p) => isAt(p, path)).map((p) => p.href);

describe("where one is", () => {
  it.each([
    ["/", "/"],
    ["/projects", "/projects"],
    ["/projects/1f", "/projects"],
    ["/projects/1f/schedule", "/projects"],
    ["/m/1f", "/meetings"],
    ["/meetings", "/meetings"],
    ["/audit", "/audit"],
  ] as const)("%s is under %s", (path, href) => {
    expect(at("manager", path)).toEqual([href]);
  });
  it("is nowhere of the navigation on one's own account", () => {
    expect(at("admin", "/account")).toEqual([]);
    expect(at("admin", "/administration")).toEqual([]);
  });
});

describe("what each role has", () => {
  it("keeps an administrator away from content", () => {
    expect(placesOf("admin").map((p) => p.href)).toEqual(["/", "/admin", "/audit"]);
  });
  it("gives every role the page it starts from", () => {
    for (const role of ["manager", "expert", "supervisor", "dispatcher", "auditor", "admin", "customer"] as const) expect(placesOf(role)[0]?.href).toBe("/");
  });
});
