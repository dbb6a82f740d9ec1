import { expect, test } from "bun:test";
import type { FlowRunStep } from "@plinth/client/flows";
import { outcomesOf } from "./flow-run.ts";

const step = (path: string, node: string, more: Partial<FlowRunStep> = {}): FlowRunStep => ({
  ...{ path, node, type: "set", attempt: 1, started_at: "", ended_at: "", input: null, output: null, error: null },
  ...more,
});
const error = { message: "no", code: "FAILED" };

test("what becomes of a node is that of the last attempt of each round, and a question waits until it is decided", () => {
  const outcomes = outcomesOf([
    step("each.0.send", "send", { error }),
    step("each.0.send", "send", { attempt: 2 }),
    step("each.1.send", "send", { error }),
    step("ok.asked", "ok"),
    step("ok", "ok"),
    step("more.asked", "more"),
  ]);
  expect(Object.fromEntries(outcomes)).toEqual({
    send: { rounds: 2, isFailed: true, isWaiting: false },
    ok: { rounds: 1, isFailed: false, isWaiting: false },
    more: { rounds: 0, isFailed: false, isWaiting: true },
  });
});
