/** The security headers of every kind of answer, on the real servers: HSTS over https, and always the resource policy. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startHost } from "../matrix/host-process.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

/** An answer, an error, a page, a preflight, and what no method of a route is. */
const REQUESTS = [
  ["GET", "/health/live"],
  ["GET", "/api/nowhere"],
  ["GET", "/sign-in"],
  ["OPTIONS", "/api/items/films"],
  ["DELETE", "/health"],
  ["POST", "/api/auth/sign-in/email"],
] as const;

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    test.each([
      ["https://api.example.com", "max-age=31536000"],
      ["http://localhost:8787", null],
    ])("with APP_URL=%s, strict-transport-security is %s", async (APP_URL, wanted) => {
      const host = await startHost({
        command,
        env: { APP_URL, PLINTH_SECRET: SECRET, PASSWORD_HASHING: "scrypt" },
        cwd: lab.folder(),
      });
      try {
        for (const [method, path] of REQUESTS) {
          const { status, headers } = await fetch(host.baseUrl + path, { method });
          const sent = [headers.get("strict-transport-security"), headers.get("cross-origin-resource-policy")];
          expect([method, path, status, ...sent]).toEqual([method, path, status, wanted, "same-origin"]);
        }
      } finally {
        await host.stop();
      }
    });
  });
}
