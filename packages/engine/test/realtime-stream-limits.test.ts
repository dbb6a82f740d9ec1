import { expect, test } from "bun:test";
import { PlinthError, type Principal } from "@plinth/core";
import { StreamLimits } from "../src/realtime/stream-limits.ts";

const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function holder(id: string, bypass: boolean): { principal: Principal } {
  return { principal: { kind: "key", workspaceId: "w", id, roles: [], bypass } };
}

test("the share of a workspace leaves streams to a key that may do everything", () => {
  const limits = new StreamLimits({ maxStreams: 10, maxCallerStreams: 10 }, log);
  for (let i = 0; i < 9; i++) limits.reserve(holder(`user ${i}`, false));
  expect(() => limits.reserve(holder("user 9", false))).toThrow(PlinthError);
  limits.reserve(holder("key", true));
  expect(() => limits.reserve(holder("key", true))).toThrow(PlinthError);
});
