import type { FlowRights, WholeFlow } from "@plinth/client/flows";

/** A node as it is written: the server may know types and parts that this page does not. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly [part: string]: unknown;
}

export interface FlowTrigger {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** What a deployment sends. */
export interface FlowDraftContent {
  readonly description: string;
  readonly triggers: readonly FlowTrigger[];
  readonly permissions: Partial<FlowRights> & { readonly [right: string]: unknown };
  readonly nodes: readonly FlowNode[];
}

export function contentOf({ description, triggers, permissions, nodes }: WholeFlow): FlowDraftContent {
  return { description, triggers, permissions: { ...permissions }, nodes };
}

/** Rights that a deployment adds, such as `collections: orders`. */
export function grownRights(before: FlowDraftContent["permissions"], after: FlowDraftContent["permissions"]): string[] {
  return Object.entries(after).flatMap(([right, value]) => {
    const had = before[right];
    if (Array.isArray(value)) {
      const old: unknown[] = Array.isArray(had) ? had : [];
      return value.filter((one) => !old.includes(one)).map((one) => `${right}: ${String(one)}`);
    }
    const grows = value !== null && value !== false && JSON.stringify(value) !== JSON.stringify(had ?? null);
    return grows ? [`${right}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`] : [];
  });
}
