import type { Json } from "@plinth/core";
import * as z from "../../../kernel/zod.ts";
import { type LeafKind, NodeFailure } from "./node-kind.ts";

/** A value that is made of others, for the nodes after it. */
export const setNode: LeafKind = {
  shape: { value: z.json() },
  templates: ["value"],
  run: async ({ value = null }) => value,
};

/** Ends the run as failed, unless `on_error` says otherwise. */
export const failNode: LeafKind = {
  shape: { message: z.string().min(1).max(1000) },
  templates: ["message"],
  async run({ message }) {
    throw new NodeFailure(String(message), "FAILED", false);
  },
};

/** Runs a function of the workspace by its own rights, and has its result. */
export const functionNode: LeafKind = {
  shape: { name: z.string().min(1).max(60), input: z.json().default(null) },
  templates: ["input"],
  lacks({ name }, { functions }) {
    if (functions.includes(name as string)) return undefined;
    return { field: "name", problem: `permissions.functions has no ${name as string}` };
  },
  run: ({ name, input }, run) => run.runFunction(name as string, input as Json),
};
