import { expect, test } from "bun:test";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { jsonAnswer } from "./answer.ts";

test("what one answer allows other origins is not in the next one", () => {
  const answerOf = (more: object) =>
    jsonAnswer({ env: { id: "r1", secure: false, ...more } } as unknown as Context<AppEnv>, "{}", 200, undefined);
  const allow = "access-control-allow-origin";
  expect(answerOf({ corsHeaders: { [allow]: "*" } }).headers.get(allow)).toBe("*");
  expect(answerOf({}).headers.get(allow)).toBeNull();
});
