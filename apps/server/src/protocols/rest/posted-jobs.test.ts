/** Where the server's own posts of a workspace go, and where they do not. */
import { afterEach, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { nodePublicFetch } from "../../platform/public-fetch.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";

afterEach(stopReceiver);

const inside = nodePublicFetch(async () => [{ address: "10.0.0.1", family: 4 }]);
const URL_OF_A_PUBLIC_NAME = "https://hooks.example.com";

test("neither jobs nor hooks are posted to a private network, whatever a public name resolves to", async () => {
  const parts = { publicFetch: inside, settings: { privateAddresses: new Set(["127.0.0.9:1"]) } };
  const { app, send, call, operator, rotate, change, signUp, events } = await openWithHooks(
    () => new Response(),
    parts,
  );
  await rotate();
  const job = { kind: "http", payload: { url: URL_OF_A_PUBLIC_NAME } };
  const made = await send("/api/t/acme/jobs", job, operator);
  const { id } = ((await made.json()) as { data: { id: string } }).data;
  let last_error = null as string | null;
  // What enqueued it may run it already.
  await until(async () => {
    await app.tick();
    const answer = await call(`/api/t/acme/jobs/${id}`, { headers: operator });
    ({ last_error } = ((await answer.json()) as { data: { last_error: string | null } }).data);
    return last_error !== null;
  });
  expect(last_error).toContain("address");
  await change({ before_sign_up: URL_OF_A_PUBLIC_NAME });
  expect((await signUp("ben@example.com")).status).toBe(503);
  const reason = expect.stringContaining("PRIVATE_ADDRESSES") as string;
  expect(await events("hook_failure")).toMatchObject([{ detail: { reason } }]);
});
