/** Refresh tokens of a real server process that is killed while people use them. */
import { afterAll, expect, test } from "bun:test";
import type { Tokens } from "../../packages/engine/src/identity/index.ts";
import { openLab } from "../matrix/lab.ts";
import { ENGINES, killedServer, person } from "./killed-server.ts";

const ROUNDS = 20;
const PEOPLE = 6;

const lab = await openLab({ postgres: true });
afterAll(() => lab.close());

for (const engine of ENGINES) {
  const missing = engine.missing(lab);
  test.skipIf(missing)(
    `a process that is killed while tokens are refreshed loses none of them for good, on ${engine.name}`,
    async () => {
      const server = await killedServer(lab, engine);
      const held: string[] = [];
      const refresh = async (token: string) => server.post("/api/auth/token/refresh", { refresh_token: token });
      for (let i = 0; i < PEOPLE; i++) {
        const answer = await server.post("/api/auth/sign-up/email", {
          ...person(`ada-${i}@example.com`),
          tokens: true,
        });
        held.push((answer!.body.tokens as unknown as Tokens).refresh_token);
      }
      for (let round = 0; round < ROUNDS; round++) {
        // The kill comes after some answers, while the next requests are under way.
        let left = 1 + Math.floor(Math.random() * 3 * PEOPLE);
        const refusals: number[] = [];
        const people = held.map(async (_, i) => {
          for (;;) {
            const answer = await refresh(held[i]!);
            if (!answer) return;
            if (!answer.ok) return refusals.push(answer.status);
            held[i] = (answer.body.data as unknown as Tokens).refresh_token;
            if (--left === 0) server.kill();
          }
        });
        await Promise.all(people);
        expect(refusals, `round ${round}`).toEqual([]);
        await server.restart();
      }
      for (const token of held) {
        const answer = await refresh(token);
        expect(answer?.status).toBe(200);
        const { access_token } = answer!.body.data as unknown as Tokens;
        const me = await server.get("/api/me", { authorization: `Bearer ${access_token}` });
        expect(me.status).toBe(200);
      }
      await server.stop();
    },
  );
}
