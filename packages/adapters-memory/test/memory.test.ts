import { expect, test } from "bun:test";
import { busSuite, fileStoreSuite, mailerSuite, smsSenderSuite } from "@plinth/conformance";
import { DataError, PlinthError } from "@plinth/core";
import { consoleLog, consoleMailer, consoleSmsSender, memoryBus, memoryFileStore, systemClock } from "../src/index.ts";

const clock = { now: () => 1_700_000_000_000 };

busSuite({ test, open: memoryBus });

fileStoreSuite({ test, open: () => memoryFileStore() });

test("the clock goes with the host's", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
});

test("the log shows a database's error, and not the values of the statement around it", () => {
  const lines: string[] = [];
  const log = consoleLog({ level: "info", write: (line) => lines.push(line) });
  const wrapped = new Error("Failed query: … params: hunter2", {
    cause: new DataError("unknown", { message: "no table" }),
  });
  log.error("failed", { error: wrapped });
  log.error("failed", { error: new PlinthError("INTERNAL", "the outer", undefined, { cause: wrapped }) });
  expect(lines.join()).not.toContain("hunter2");
  expect(lines[0]).toContain("no table");
  expect(lines[1]).toContain("the outer");
  expect(lines[1]).toContain("no table");
});

test("the log writes one line of JSON from its level up, with errors and their causes", () => {
  const lines: string[] = [];
  const log = consoleLog({ level: "info", write: (line) => lines.push(line), clock });
  const error = new DataError("busy", { cause: new TypeError("the cause\nof it") });
  log.debug("unheard");
  log.error("failed", { error, big: 2n ** 60n, level: "fake" });
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.warn("still written", { circle });
  expect(lines.length).toBe(2);
  expect(lines.every((line) => !line.includes("\n"))).toBe(true);
  const entry = JSON.parse(lines[0]!);
  expect(entry).toMatchObject({ level: "error", message: "failed", big: String(2n ** 60n) });
  expect(entry.error).toMatchObject({ name: "DataError", kind: "busy", cause: { name: "TypeError" } });
  expect(entry.error.stack).toContain("DataError");
  expect(JSON.parse(lines[1]!)).toMatchObject({ level: "warn", message: "still written" });
});

const written: string[] = [];
const unquoted = (text: string): string[] => text.split("\n").map((line) => line.replace(/^ {2}\| ?/, ""));

mailerSuite({
  test,
  open: () => consoleMailer({ write: (text) => written.push(text) }),
  textOnly: true,
  received: () =>
    written.map((text) => {
      const [to = "", subject = "", , ...lines] = unquoted(text);
      return {
        // It writes no sender: nothing is sent.
        from: "no-reply@example.com",
        to: [to.replace("mail to ", "")],
        subject: subject.replace("subject: ", ""),
        text: lines.join("\n"),
      };
    }),
});

const messages: string[] = [];

smsSenderSuite({
  test,
  open: () => consoleSmsSender({ write: (text) => messages.push(text) }),
  received: () =>
    messages.map((text) => {
      const [to = "", , ...lines] = unquoted(text);
      return { to: to.replace("text message to ", ""), text: lines.join("\n") };
    }),
});
