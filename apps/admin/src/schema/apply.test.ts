import { describe, expect, test } from "bun:test";
import { PlinthClientError } from "@plinth/client";
import type { Api } from "../api/api.ts";
import { applySteps, refusalsOf } from "./apply.ts";
import type { Step } from "./plan.ts";

const STEP: Step = {
  kind: "update",
  method: "PATCH",
  path: "collections/posts",
  body: {},
  keys: ["title", "new-1"],
  names: ["title", "pages"],
  collection: "posts",
};

const refusal = (field: string, message: string): PlinthClientError =>
  new PlinthClientError("VALIDATION", `${field}: ${message}`, 422, { details: { field } });

describe("what the server refuses", () => {
  test("stands at the field and setting that it names by place", () => {
    expect(refusalsOf(refusal("fields.1.min", "is wrong"), STEP)).toEqual({ "new-1": { min: "is wrong" } });
  });

  test("stands at the field that it names", () => {
    expect(refusalsOf(refusal("title", "existing items have equal values"), STEP)).toEqual({
      title: { name: "existing items have equal values" },
    });
  });

  test("stands nowhere if it is about none of them", () => {
    expect(refusalsOf(refusal("default_sort", "there is no field x"), STEP)).toEqual({});
    expect(refusalsOf(refusal("fields.7.min", "is wrong"), STEP)).toEqual({});
  });
});

test("requests stop at the first refusal, and say how many took effect", async () => {
  const sent: string[] = [];
  const done: number[] = [];
  const error = refusal("confirm", "is missing");
  const api = {
    patch: async (path: string) => void sent.push(path),
    delete: async (path: string) => {
      sent.push(path);
      throw error;
    },
  } as unknown as Api;
  const remove: Step = { ...STEP, kind: "delete_field", method: "DELETE", path: "collections/posts/fields/state" };
  const failure = await applySteps(api, [STEP, remove, STEP], (count) => done.push(count));
  expect(failure).toEqual({ error, step: 1 });
  expect(sent).toEqual(["collections/posts", "collections/posts/fields/state"]);
  expect(done).toEqual([1]);
});
