import { bigint, index, integer, jobs, ofWorkspace, primaryKey, table, text } from "@plinth/db/tables";

/** What a run of a flow has asked people. It goes with its run. */
export const flowApprovals = table(
  "plinth_flows_approvals",
  {
    id: text("id").primaryKey(),
    workspaceId: ofWorkspace(),
    /** The run. */
    jobId: text("job_id")
      .notNull()
      .references(() => jobs.id, { onDelete: "cascade" }),
    flow: text("flow").notNull(),
    /** The place of the node in the run. */
    path: text("path").notNull(),
    title: text("title"),
    question: text("question").notNull(),
    /** JSON. */
    details: text("details").notNull(),
    /** How many must approve. */
    needs: integer("needs").notNull(),
    createdAt: bigint("created_at").notNull(),
    expiresAt: bigint("expires_at").notNull(),
    /** How many have decided. */
    decided: integer("decided").notNull(),
    /** Null: it is open. */
    outcome: text("outcome"),
    decidedAt: bigint("decided_at"),
  },
  (of) => [
    index("plinth_flows_approvals_listed").on(of.workspaceId, of.id),
    index("plinth_flows_approvals_run").on(of.jobId, of.path),
  ],
);

const ofApproval = () =>
  text("approval_id")
    .notNull()
    .references(() => flowApprovals.id, { onDelete: "cascade" });

/** Who may decide. */
export const flowApprovers = table(
  "plinth_flows_approvers",
  {
    approvalId: ofApproval(),
    workspaceId: ofWorkspace(),
    /** `user:ID` of a user or operator, `role:NAME`, `member:ROLE` or `address:EMAIL`. */
    name: text("name").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.approvalId, of.name] }),
    index("plinth_flows_approvers_workspace").on(of.workspaceId, of.name),
  ],
);

/** Links in mails, by which one person may decide. */
export const flowApprovalLinks = table(
  "plinth_flows_approval_links",
  {
    /** SHA-256 of its token. */
    hash: text("hash").primaryKey(),
    approvalId: ofApproval(),
    workspaceId: ofWorkspace(),
    /** `user:ID` or `address:EMAIL`. */
    person: text("person").notNull(),
    /** Where it was sent: it ends when the person has another address. */
    email: text("email").notNull(),
  },
  (of) => [
    index("plinth_flows_approval_links_of").on(of.approvalId),
    index("plinth_flows_approval_links_workspace").on(of.workspaceId),
  ],
);

export const flowDecisions = table(
  "plinth_flows_decisions",
  {
    approvalId: ofApproval(),
    workspaceId: ofWorkspace(),
    /** `user:ID` or `address:EMAIL`. */
    person: text("person").notNull(),
    /** `approve` or `reject`. */
    decision: text("decision").notNull(),
    comment: text("comment").notNull(),
    /** `api` or `mail`. */
    via: text("via").notNull(),
    createdAt: bigint("created_at").notNull(),
  },
  (of) => [
    primaryKey({ columns: [of.approvalId, of.person] }),
    index("plinth_flows_decisions_workspace").on(of.workspaceId),
  ],
);
