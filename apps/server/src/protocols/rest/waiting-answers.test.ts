/** Where the answer waits for deferred work, its time tells nobody for whom there was a message to send. */
import { expect, test } from "bun:test";
import { memoryBus } from "@plinth/adapters-memory";
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import { DeliveryError, type Mailer } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { createApp } from "../../app.ts";
import { APP_URL } from "../../testing/app.ts";

const quiet = () => {};

/** A provider that takes until `arrive` is called, or refuses for now. */
function provider() {
  const arrival = Promise.withResolvers<void>();
  const state = { sent: [] as string[], isAway: false, shift: 0 };
  const mailer: Mailer = {
    name: "slow",
    capabilities: { deduplicates: false, development: false },
    async send({ to }) {
      if (state.isAway) throw new DeliveryError("unavailable", "away");
      await arrival.promise;
      state.sent.push(to);
    },
  };
  return { mailer, state, arrive: () => arrival.resolve() };
}

function open({ mailer, state }: ReturnType<typeof provider>) {
  const driver = bunSqlite({ path: ":memory:" });
  const app = createApp({
    name: "test",
    config: testConfig({ appUrl: APP_URL, authRateLimit: 0 }),
    database: async () => driver,
    bus: memoryBus(),
    clock: { now: () => Date.now() + state.shift },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    passwords: {
      hash: async (text) => text,
      verify: async ({ hash, password }) => hash === password,
      isWeaker: () => false,
    },
    streams: "buffered",
    answersWait: true,
    mailer,
  });
  const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const deferred: Promise<unknown>[] = [];
    const request = new Request(APP_URL + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const response = await app.fetch(request, {
      defer: (work) => void deferred.push(work),
      remoteAddress: "127.0.0.1",
    });
    return { response, work: Promise.all(deferred).then(() => "done" as const) };
  };
  return { driver, send };
}

const soon = () => Bun.sleep(100).then(() => "waits" as const);

const PASSWORD = "a comet with a long tail";
const account = (email: string) => ({ name: "Ada", email, password: PASSWORD });

test("known or not, a request for a mail waits equally long for its provider, and no other request does", async () => {
  const mails = provider();
  const { state, arrive } = mails;
  const { driver, send } = open(mails);
  state.isAway = true;
  const signedUp = await send("/api/auth/sign-up/email", account("ada@example.com"));
  const operator = { authorization: `Bearer ${signedUp.response.headers.get("set-auth-token")}` };
  await signedUp.work;
  state.isAway = false;

  const ask = (email: string) => send("/api/operator/auth/request-password-reset", { email });
  const unknown = await ask("nobody@example.com");
  expect(await Promise.race([unknown.work, soon()])).toBe("waits");
  await unknown.work;
  const known = await ask("ada@example.com");
  expect(await Promise.race([known.work, soon()])).toBe("waits");
  // The provider has not taken it by then.
  expect(await known.work).toBe("done");
  expect(state.sent).toEqual([]);
  arrive();

  // The mail of the sign-up is due again by now. It waits for the timer, or for the next request that has one sent.
  state.shift = 60_000;
  const written = await send("/api/keys", { name: "server", kind: "secret" }, operator);
  expect([written.response.status, await Promise.race([written.work, soon()])]).toEqual([201, "done"]);
  expect(state.sent).toEqual(["ada@example.com"]);
  const states = "select state from plinth_mail order by state";
  expect(await driver.all({ sql: states, params: [] })).toEqual([{ state: "queued" }, { state: "sent" }]);
});
