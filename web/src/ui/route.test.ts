import { describe, expect, it } from "vitest";
import { isSoft } from "./route";

describe("which pages follow without loading", () => {
  it.each(["/", "/projects", "/projects/1f", "/projects/1f/schedule", "/meetings", "/admin/accounts", "/audit", "/account", "/m/1f", "/m/1f/edit", "/m/1f/invitations"])("%s does", (path) => {
    expect(isSoft(path)).toBe(true);
  });
  it.each(["/m/1f/recording", "/j", "/p", "/login", "/oidc", "/projectsx", "/metrics", "/api/v1/projects"])("%s does not", (path) => {
    expect(isSoft(path)).toBe(false);
  });
});
