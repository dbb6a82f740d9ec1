import { expect, test } from "bun:test";
import type { Run } from "@plinth/client/runs";
import { beforeRepeat, repeatOf, targetPath } from "./run-target.ts";

const run: Pick<Run, "kind" | "name" | "status" | "job_id" | "attributes"> = {
  ...{ kind: "job", name: "report", status: "failed", job_id: "j", attributes: {} },
};

test("each kind of runs leads to its page, and is repeated by its own route", () => {
  const runs = [
    run,
    { ...run, kind: "function" as const },
    { ...run, kind: "flow" as const },
    { ...run, kind: "webhook" as const, job_id: null, attributes: { "webhook.id": "w", "webhook.delivery": "d" } },
    { ...run, kind: "schedule" as const, attributes: { "schedule.id": "s" } },
  ];
  expect(runs.map((one) => [targetPath(one), repeatOf(one)?.path])).toEqual([
    ["jobs/j", "jobs/j/retry"],
    ["functions/report", "jobs/j/retry"],
    ["flows/report/runs/j", "flow-runs/j/retry"],
    ["webhooks/w", "webhooks/w/replay"],
    ["schedules/s", "schedules/s/run"],
  ]);
});

test("what is under way, what a request has called, and a flow that is done, is not repeated", () => {
  expect(repeatOf({ ...run, status: "running" })).toBeUndefined();
  expect(repeatOf({ ...run, kind: "function", job_id: null })).toBeUndefined();
  expect(repeatOf({ ...run, kind: "flow", status: "succeeded" })).toBeUndefined();
});

test("the state of a run's job decides whether to ask before it runs again: the job may have succeeded after a failed attempt", () => {
  const before = (about: Partial<typeof run>, state: Parameters<typeof beforeRepeat>[1]) =>
    beforeRepeat({ ...run, ...about }, state);
  expect(before({}, "succeeded")).toBe("ask");
  expect(before({ kind: "flow" }, "succeeded")).toBe("done");
  expect([before({}, "active"), before({}, "pending")]).toEqual(["busy", "busy"]);
  expect([before({}, "dead"), before({}, "scheduled"), before({}, undefined)]).toEqual(["go", "go", "go"]);
  expect(before({ kind: "webhook", status: "succeeded" }, undefined)).toBe("ask");
});
