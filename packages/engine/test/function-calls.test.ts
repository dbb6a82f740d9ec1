/** Calls of functions: how much they hold open, and what the log shows of them. */
import { expect, test } from "bun:test";
import { PlinthError } from "@plinth/core";
import { tracedCalls } from "../src/features/functions/call-run.ts";
import { OpenBodies } from "../src/features/functions/open-bodies.ts";

test("a run has so many bodies open, and one that is too many is closed", async () => {
  const cut = () => new PlinthError("UNAVAILABLE");
  const bodies = new OpenBodies({ what: "files", most: 1000, open: 2, cut });
  let cancelled = 0;
  const body = () => new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ });
  const first = bodies.add(body());
  bodies.add(body());
  expect(() => bodies.add(body())).toThrow("files: a run may have 2 bodies open");
  expect(cancelled).toBe(1);
  await bodies.cancel(first);
  bodies.add(body());
  await bodies.close();
  expect(cancelled).toBe(4);
});

test("a file that is stored piece by piece is shown once, with its bucket and without its path", async () => {
  const shown: unknown[] = [];
  const span = (name: string, about: unknown, work: () => unknown) => {
    shown.push([name, about]);
    return work();
  };
  const calls = tracedCalls({ "$files.begin": async () => 1, "$files.write": async () => null }, { span } as never);
  const signal = new AbortController().signal;
  await calls["$files.begin"]!(["reports", "secret/path"], signal);
  await calls["$files.write"]!([1], signal);
  expect(shown).toEqual([["files.put", { "files.bucket": "reports" }]]);
});
