import { type CommandGroup, text } from "../command.ts";
import { requestCommand } from "../request-command.ts";

export const GRAPHQL: CommandGroup = {
  summary: "the schema of GraphQL",
  actions: {
    schema: requestCommand({
      summary: "write the schema of what you may read and write, for code generators",
      options: { output: text("FILE", "unless given, to standard output") },
      request: () => ["GET", "/api/graphql/schema"],
    }),
  },
};
