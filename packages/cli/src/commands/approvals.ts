import { type CommandGroup, text } from "../command.ts";
import { queryOf } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/approvals";
const COLUMNS = ["id", "flow", "question", "state", "needs", "expires_at"];

const FILTERS = {
  state: text("NAME", "pending, approved, rejected, expired or cancelled"),
  of: text("WHOM", "me, or all of the workspace; keys get all"),
  flow: text("NAME", "those of a flow"),
  run: text("ID", "those of a run"),
  limit: text("N", "50 unless given"),
} as const;

const decide = (decision: "approve" | "reject", summary: string) =>
  requestCommand({
    summary,
    args: ["ID"],
    options: { comment: text("TEXT", "is kept with the decision") },
    request: ([id], { comment }) => ["POST", `${PATH}/${encoded(id)}/decide`, { decision, comment }],
    columns: COLUMNS,
  });

export const APPROVALS: CommandGroup = {
  summary: "what flows ask people",
  actions: {
    list: requestCommand({
      summary: "list what flows ask you, the newest first",
      options: FILTERS,
      request: (_, values) => ["GET", `${PATH}?${queryOf(FILTERS, values)}`],
      columns: COLUMNS,
      onePage: true,
    }),
    show: requestCommand({
      summary: "show what a flow asks, with what was decided",
      args: ["ID"],
      request: ([id]) => ["GET", `${PATH}/${encoded(id)}`],
    }),
    approve: decide("approve", "approve what a flow asks you"),
    reject: decide("reject", "reject what a flow asks you"),
  },
};
