import type { CommandGroup } from "../command.ts";
import { usage } from "../errors.ts";
import { type ApiObject, requestCommand } from "../request-command.ts";
import { settingValues } from "./setting-values.ts";

const PATH = "/api/graphql-settings";
const columns = ["setting", "value"];
const LISTS: readonly string[] = ["trusted", "add_trusted", "remove_trusted"];
const FORM = { example: "introspection=admins", name: /^\w+$/, isSecret: () => false };

const rows = (answer: ApiObject): ApiObject[] => Object.entries(answer).map(([setting, value]) => ({ setting, value }));

export const GRAPHQL_SETTINGS: CommandGroup = {
  summary: "which documents of GraphQL are run, and who may read the schema",
  actions: {
    get: requestCommand({
      summary: "show the settings, and the documents that are trusted",
      request: () => ["GET", PATH],
      columns,
      rows,
    }),
    set: requestCommand({
      summary: "change settings",
      args: ["SETTING=VALUE…"],
      notes:
        "Such as introspection=admins documents=trusted trusted=@- with a JSON list of documents in the\n" +
        "standard input. It replaces those that were trusted; add_trusted=@- keeps them, and remove_trusted=@-\n" +
        "takes some away by their SHA-256. null: as at first.\n",
      request: async (args, _, { terminal }) => {
        const values = await settingValues(args, terminal, FORM);
        return ["PATCH", PATH, Object.fromEntries(values.map(([name, value]) => [name, listIn(name, value)]))];
      },
      columns,
      rows,
    }),
  },
};

/** What comes from the standard input is a text. */
function listIn(name: string, value: unknown): unknown {
  if (!LISTS.includes(name) || typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw usage(`${name} must be a JSON list of texts`);
  }
}
