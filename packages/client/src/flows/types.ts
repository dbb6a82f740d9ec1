import type { Json } from "@plinth/core";

/** As JSON, in the words of `PUT /api/flows/:name`. */
export interface FlowContent {
  readonly description?: string;
  readonly triggers?: readonly { readonly type: string; readonly [part: string]: unknown }[];
  readonly permissions?: Partial<FlowRights>;
  readonly nodes: readonly FlowStepContent[];
}

/** What a flow may do. */
export interface FlowRights {
  /** `system` or `role:NAME`; null: it reaches no items. */
  as: string | null;
  actions: ("read" | "create" | "update" | "delete")[];
  collections: string[];
  fetch: string[];
  functions: string[];
  mail: boolean;
}

export interface FlowStepContent {
  readonly id: string;
  readonly type: string;
  readonly [part: string]: unknown;
}

export interface StoredFlow {
  name: string;
  /** The one that new runs follow. */
  version: number;
  enabled: boolean;
  description: string;
  triggers: { type: string }[];
  permissions: FlowRights;
  created_at: string;
  updated_at: string;
}

export interface WholeFlow extends StoredFlow {
  nodes: FlowStepContent[];
  /** The names of its secrets. */
  secrets: string[];
}

export type FlowRunState = "scheduled" | "pending" | "active" | "succeeded" | "dead" | "cancelled";

export interface FlowRun {
  id: string;
  flow: string;
  state: FlowRunState;
  input: Json;
  trigger: Json;
  /** Of the last node. */
  result: Json;
  /** The place of the node that has failed, and why. */
  error: string | null;
  attempts: number;
  created_by: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Of one that waits: when it goes on, at the latest. */
  resumes_at: string | null;
  /** Of one that waits for people: the id of the approval. Its state is `scheduled` meanwhile. */
  approval: string | null;
}

/** An attempt at a node. */
export interface FlowRunStep {
  /** `each.3.mail` is the node `mail` in the fourth round of the loop `each`. */
  path: string;
  node: string;
  type: string;
  attempt: number;
  started_at: string;
  ended_at: string;
  input: Json;
  output: Json;
  error: { message: string; code: string } | null;
}

export interface FlowRunFilter {
  readonly flow?: string | undefined;
  readonly state?: FlowRunState | undefined;
}
