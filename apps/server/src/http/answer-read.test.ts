import { expect, spyOn, test } from "bun:test";
import { testConfig } from "@plinth/core/testing";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { createAdmission } from "./admission.ts";
import { jsonRead } from "./answer-read.ts";

const quiet = () => {};
const log = { debug: quiet, info: quiet, error: quiet, warn: quiet };

test.each([
  ["of less than 1 MiB is read whole at 13 kB a second", 1023 * 1024, true],
  ["of 1 MiB must be read faster", 1024 * 1024, false],
])("an answer %s", async (_, chars, isWhole) => {
  const host = { defer: quiet, remoteAddress: "10.0.0.1" };
  const env = { id: "r", host, admission: createAdmission(testConfig(), log), platform: { log } };
  const c = { env, req: { method: "GET", raw: new Request("http://localhost/") } } as unknown as Context<AppEnv>;
  let now = performance.now();
  const clock = spyOn(performance, "now").mockImplementation(() => now);
  try {
    const reader = jsonRead(c, "x".repeat(chars - 2)).body!.getReader();
    const readAll = async (): Promise<boolean> => {
      for (;;) {
        await Bun.sleep(2);
        // A piece has 128 KiB.
        now += 10_000;
        if ((await reader.read()).done) return true;
      }
    };
    expect(await readAll().catch(() => false)).toBe(isWhole);
  } finally {
    clock.mockRestore();
  }
});
