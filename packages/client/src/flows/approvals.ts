import type { Json } from "@plinth/core";
import { adminRequests } from "../admin-requests.ts";
import type { Client } from "../client.ts";
import type { RequestOptions, WriteOptions } from "../items/request.ts";
import { type Page, type PageOptions, pageQuery } from "../page.ts";
import type { PartOptions } from "../part-requester.ts";

export type ApprovalStatus = "pending" | "approved" | "rejected" | "expired" | "cancelled";

/** What somebody has decided. */
export interface ApprovalDecision {
  /** `user:ID` or `address:EMAIL`. Null: somebody else, for who may not read runs. The comment is empty then. */
  by: string | null;
  decision: "approve" | "reject";
  comment: string;
  via: "api" | "mail";
  created_at: string;
}

/** What a flow asks people. */
export interface Approval {
  id: string;
  /** The id of the flow's run. */
  run: string;
  flow: string;
  /** The place of the node in the run. */
  path: string;
  title: string | null;
  question: string;
  details: Json;
  state: ApprovalStatus;
  /** How many must approve. */
  needs: number;
  /** Who may decide. Null for who may not read runs. */
  approvers: string[] | null;
  decisions: ApprovalDecision[];
  created_at: string;
  expires_at: string;
  decided_at: string | null;
}

export interface ApprovalFilter {
  readonly state?: ApprovalStatus | undefined;
  /** `me`: those that the caller may decide. `all`: those of the workspace, for who may read runs. */
  readonly of?: "me" | "all" | undefined;
  readonly run?: string | undefined;
  readonly flow?: string | undefined;
}

/** What waits for people. */
export interface Approvals {
  /** The newest first. */
  list(filter?: ApprovalFilter & PageOptions, options?: RequestOptions): Promise<Page<Approval>>;
  get(id: string, options?: RequestOptions): Promise<Approval>;
  approve(id: string, comment?: string, options?: WriteOptions): Promise<Approval>;
  reject(id: string, comment?: string, options?: WriteOptions): Promise<Approval>;
}

const PATH = "api/approvals";
const FILTERS = ["state", "of", "run", "flow"] as const;

/**
 * What flows ask the user of the client.
 *
 * @example
 * const { data } = await approvals(client).list({ state: "pending" });
 */
export function approvals(client: Pick<Client, "request">, options: PartOptions = {}): Approvals {
  const { at, page, read, write } = adminRequests(client, options, "approvals", PATH);
  const decide = (decision: "approve" | "reject") => {
    return async (id: string, comment = "", options: WriteOptions = {}) => {
      const body = { decision, comment };
      return write<Approval>({ method: "POST", path: at(id, "decide"), body }, options, decision);
    };
  };
  return {
    list: async (filter = {}, options = {}) =>
      page(PATH, pageQuery(filter, "approvals.list", FILTERS), options, "list"),
    get: async (id, options = {}) => read(at(id), options, "get"),
    approve: decide("approve"),
    reject: decide("reject"),
  };
}
