/** What a body lacks is said in the same words by every route of the table. */
import { expect, test } from "bun:test";
import type { PlinthError } from "@plinth/core";
import * as z from "zod";
import { PROTOCOLS } from "../protocols/index.ts";
import { parseValue } from "./validate.ts";

const bodies = PROTOCOLS.flatMap(({ routes }) => routes).flatMap(({ method, path, body }) =>
  body instanceof z.ZodObject ? [[`${method} ${path}`, body] as const] : [],
);

function issuesOf(schema: z.ZodType, value: unknown): { field: string; message: string }[] {
  try {
    parseValue(schema, value);
    return [];
  } catch (error) {
    return (error as PlinthError).details!.issues as { field: string; message: string }[];
  }
}

test("there are bodies with required fields", () => {
  expect(bodies.filter(([, body]) => issuesOf(body, {}).length > 0).length).toBeGreaterThan(20);
});

test.each(bodies)("%s", (_, body) => {
  for (const { field, message } of issuesOf(body, {})) {
    // What is asked of several fields together is about the whole body.
    if (field !== "body") expect([field, message]).toEqual([field, "is required"]);
  }
});
