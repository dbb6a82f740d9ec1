/** The forms of the admin for nodes of flows, beside what the server takes. */
import { expect, mock, test } from "bun:test";
import { join } from "node:path";
import type { Json, JsonObject } from "@plinth/core";
import { NODE_KINDS } from "../../packages/engine/src/features/flows/nodes/index.ts";
import { nodeBase } from "../../packages/engine/src/features/flows/nodes/node-kind.ts";
import * as z from "../../packages/engine/src/kernel/zod.ts";
import { ROOT } from "../matrix/programs.ts";

const ADMIN = join(ROOT, "apps/admin");
// The build of the admin replaces the macro.
mock.module(Bun.resolveSync("@lingui/core/macro", ADMIN), () => ({ msg: (texts: readonly string[]) => texts.join() }));
const { COMMON_PARTS, NODE_SPECS } = (await import(
  join(ADMIN, "src/pages/flows/draft/node-specs.ts")
)) as typeof import("../../apps/admin/src/pages/flows/draft/node-specs.ts");

interface Part {
  readonly enum?: readonly Json[];
}

/** The parts of a node as the server describes them, and those that it asks for. */
function partsOf(shape: z.ZodRawShape): { parts: Record<string, Part>; required: string[] } {
  const { properties, required = [] } = z.toJSONSchema(z.object(shape), { io: "input" }) as {
    properties: Record<string, Part>;
    required?: string[];
  };
  return { parts: properties, required };
}

test("the admin has a form for each type of nodes of the server, and for no other", () => {
  expect(Object.keys(NODE_SPECS).toSorted()).toEqual(Object.keys(NODE_KINDS).toSorted());
  expect(([...COMMON_PARTS] as string[]).toSorted()).toEqual((Object.keys(nodeBase) as string[]).toSorted());
});

test.each(Object.keys(NODE_KINDS))("the form for %s has the parts that the server takes", (type) => {
  const { parts, required } = partsOf(NODE_KINDS[type]!.shape);
  const { parts: specs, lists = [], first } = NODE_SPECS[type]!;
  expect([...specs.map(({ name }) => name), ...lists].toSorted()).toEqual(Object.keys(parts).toSorted());
  // Which parts go together is checked by the server's own rule.
  const needed = new Set([...specs.filter((spec) => spec.required).map(({ name }) => name), ...lists]);
  expect(required.filter((name) => !needed.has(name))).toEqual([]);
  for (const { name, choices, as } of specs) {
    if (as !== "choice") continue;
    expect({ [name]: choices?.toSorted() }).toEqual({ [name]: (parts[name]!.enum as string[]).toSorted() });
  }
  expect(Object.keys(first()).filter((name) => !Object.hasOwn(parts, name))).toEqual([]);
});

test("the form for items shows the parts that the action takes", () => {
  const { parts, check } = { ...NODE_SPECS.item!, ...NODE_KINDS.item! } as (typeof NODE_SPECS)["item"] &
    (typeof NODE_KINDS)["item"];
  const actions = parts.find(({ name }) => name === "action")!.choices!;
  const given = ["collection", "item", "query", "data", "options", "operations"];
  for (const action of actions) {
    const shown = parts.filter(({ name, when }) => given.includes(name) && when!({ id: "a", type: "item", action }));
    const node = Object.fromEntries(shown.map(({ name }) => [name, "x"])) as JsonObject;
    expect([action, check!({ action, ...node })]).toEqual([action, undefined]);
    for (const name of given.filter((one) => !Object.hasOwn(node, one)))
      expect([action, check!({ action, ...node, [name]: "x" })]).toEqual([
        action,
        expect.objectContaining({ field: name }),
      ]);
  }
});
