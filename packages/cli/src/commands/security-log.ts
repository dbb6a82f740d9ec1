import { type CommandGroup, text } from "../command.ts";
import { requestCommand } from "../request-command.ts";

const FILTERS = {
  type: text("A,B", "such as sign_in"),
  outcome: text("NAME", "such as failed"),
  actor: text("user:ID", "who did it"),
  target: text("key:ID", "what it was done to"),
  address: text("IP", "from where"),
  from: text("TIME", "from then on"),
  to: text("TIME", "before then"),
  limit: text("N", "50 unless given"),
} as const;

const listed = (path: string, summary: string) =>
  requestCommand({
    summary,
    access: "operator",
    options: FILTERS,
    request: (_, values) => ["GET", `${path}?${new URLSearchParams(Object.entries(values).filter(isFilter))}`],
    columns: ["at", "type", "outcome", "actor", "target", "address", "detail"],
    // The log may be long: only the newest events, as many as --limit says.
    onePage: true,
  });

function isFilter(entry: [string, unknown]): entry is [string, string] {
  return Object.hasOwn(FILTERS, entry[0]) && entry[1] !== undefined;
}

export const SECURITY_LOG: CommandGroup = {
  summary: "what happened to accounts, rights and keys, the newest events first",
  actions: {
    list: listed("/api/security-log", "list the events of a workspace"),
    operators: listed("/api/operators/security-log", "list those of operators' accounts and of the server"),
  },
};
