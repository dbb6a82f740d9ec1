import { OPEN_JOB_STATES } from "@plinth/db";
import type { DecisionRow, FoundApproval } from "./repository.ts";

export const DECISIONS = ["approve", "reject"] as const;

export const APPROVAL_OUTCOMES = ["approved", "rejected", "expired"] as const;
export type ApprovalOutcome = (typeof APPROVAL_OUTCOMES)[number];

/** `cancelled`: its run has ended without it. */
export const APPROVAL_STATES = ["pending", ...APPROVAL_OUTCOMES, "cancelled"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** The event for which its run waits; the key is the id of the approval. */
export const APPROVAL_EVENT = "$approval";

/** What somebody has decided, as the API returns it. */
export interface ShownDecision {
  /** `user:ID` or `address:EMAIL`. Null for who has not decided it and may not read runs; the comment is empty then. */
  by: string | null;
  decision: string;
  comment: string;
  via: string;
  created_at: string;
}

/** What a run asks, as the API returns it. */
export interface ShownApproval {
  id: string;
  run: string;
  flow: string;
  /** The place of the node in the run. */
  path: string;
  title: string | null;
  question: string;
  details: unknown;
  state: ApprovalState;
  /** How many must approve. */
  needs: number;
  /** Who may decide. Null for who may not read runs. */
  approvers: string[] | null;
  decisions: ShownDecision[];
  created_at: string;
  expires_at: string;
  decided_at: string | null;
}

/** One rejection is enough. Null: it is open. */
export function outcomeOf(decisions: readonly string[], needs: number): ApprovalOutcome | null {
  if (decisions.includes("reject" satisfies (typeof DECISIONS)[number])) return "rejected";
  return decisions.length >= needs ? "approved" : null;
}

export function stateOf({ outcome, jobState, expiresAt }: FoundApproval, now: number): ApprovalState {
  if (outcome !== null) return outcome as ApprovalOutcome;
  if (!(OPEN_JOB_STATES as readonly string[]).includes(jobState)) return "cancelled";
  return expiresAt > now ? "pending" : "expired";
}

export function describeDecision({ person, decision, comment, via, createdAt }: DecisionRow): ShownDecision {
  return { by: person, decision, comment, via, created_at: instantOf(createdAt) };
}

export function describeApproval(
  row: FoundApproval,
  {
    decisions,
    approvers,
    reader,
    now,
  }: {
    readonly decisions: readonly DecisionRow[];
    readonly approvers: readonly string[] | null;
    /** The names of the reader, who sees the own name and comment; or one who sees everybody's. */
    readonly reader: readonly string[] | "all";
    readonly now: number;
  },
): ShownApproval {
  const { id, jobId: run, flow, path, title, question, details, needs, createdAt, expiresAt, decidedAt } = row;
  return {
    ...{ id, run, flow, path, title, question },
    details: JSON.parse(details) as unknown,
    state: stateOf(row, now),
    needs,
    approvers: approvers && [...approvers],
    decisions: decisions.map((each) => ({
      ...describeDecision(each),
      ...(reader !== "all" && !reader.includes(each.person) && { by: null, comment: "" }),
    })),
    created_at: instantOf(createdAt),
    expires_at: instantOf(expiresAt),
    decided_at: decidedAt === null ? null : instantOf(decidedAt),
  };
}

const instantOf = (ms: number): string => new Date(ms).toISOString();
