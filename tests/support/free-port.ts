import { createServer } from "node:net";

/**
 * Systems take the ports of connections that leave from above these. A port from there could be taken by any client while
 * its server starts, or starts again.
 */
const [FIRST, LAST] = [10_000, 32_000];
const TRIES = 50;

/** A TCP port that nobody listens on, by chance: processes that look for one at the same time find different ones. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found in ${TRIES} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
