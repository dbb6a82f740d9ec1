import type { ACTIONS } from "@plinth/core";
import { allowedHost } from "../../../kernel/allowed-hosts.ts";
import * as z from "../../../kernel/zod.ts";

export const FLOW_ITEM_ACTIONS = ["read", "create", "update", "delete"] as const satisfies (typeof ACTIONS)[number][];

export const FLOW_NAME = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, "must begin with a letter and have only a-z, 0-9 and -, at most 60 characters");

/** A flow has no caller: it acts as what it declares, or reaches no items. */
export const flowPermissionsSchema = z.strictObject({
  as: z
    .string()
    .regex(/^(?:system|role:[a-z][a-z0-9_-]{0,62})$/, "expected system or role:NAME")
    .nullable()
    .default(null)
    .describe("By whose rules it reads and writes items: those of a role, or `system`: none"),
  actions: z.array(z.enum(FLOW_ITEM_ACTIONS)).max(4).default([]).describe("What it may do with items"),
  collections: z.array(z.string().max(100)).max(100).default([]).describe("With the items of which collections"),
  fetch: z.array(allowedHost).max(50).default([]).describe("Hosts that it may ask by https"),
  functions: z.array(z.string().max(60)).max(50).default([]).describe("Functions that it may run"),
  mail: z.boolean().default(false).describe("Whether it may send mails"),
  ai: z
    .union([z.boolean(), z.array(z.string().min(1).max(200)).max(50)])
    .default(false)
    .describe("Whether it may ask the workspace's AI models, or which of them"),
});

export type FlowPermissions = z.output<typeof flowPermissionsSchema>;
