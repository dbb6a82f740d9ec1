import { afterAll, expect, test } from "bun:test";
import { spawnHost, startHost } from "../matrix/host-process.ts";
import { openLab, SECRET } from "../matrix/lab.ts";
import { BUN_SERVER } from "../support/bun-server.ts";

const lab = await openLab({ postgres: true });
afterAll(() => lab.close());

/** All of them migrate the same empty database, or wait for the one that does. */
async function startTogether(count: number, env: Record<string, string>, cwd = lab.folder()) {
  const hosts = await Promise.all(Array.from({ length: count }, () => startHost({ command: BUN_SERVER, env, cwd })));
  try {
    for (const host of hosts) {
      const answer = await host.fetch(new Request(`${host.baseUrl}/health/ready`));
      expect(answer.status).toBe(200);
      expect(host.logs()).not.toContain("error");
    }
    expect(new Set(await Promise.all(hosts.map((host) => host.setupToken()))).size).toBe(1);
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
  }
}

test("three processes on one SQLite file", async () => {
  for (let round = 0; round < 3; round++) await startTogether(3, {});
});

const lacking = lab.postgres ? "" : " — no Postgres on this machine";

test.skipIf(!lab.postgres)(`three processes on one Postgres${lacking}`, async () => {
  for (let round = 0; round < 3; round++) {
    await startTogether(3, { DATABASE_URL: await lab.database(), PLINTH_SECRET: SECRET });
  }
});

test.skipIf(!lab.postgres)(
  `a database that Postgres does not have ends the start, by the setting's name${lacking}`,
  async () => {
    const url = new URL(await lab.database());
    url.pathname = "/nowhere";
    const env = { PORT: "0", DATABASE_URL: url.href, PLINTH_SECRET: SECRET };
    const host = spawnHost({ command: BUN_SERVER, env, cwd: lab.folder() });
    expect(await host.exited).toBe(1);
    expect(host.logs()).toMatch(/^plinth: DATABASE_URL is postgres:.*: database "nowhere" does not exist\.\n$/m);
  },
);
