import type { CommandGroup } from "../command.ts";
import { usage } from "../errors.ts";
import { settingsCommands } from "./settings-commands.ts";

const LISTS: readonly string[] = ["trusted", "add_trusted", "remove_trusted"];

export const GRAPHQL_SETTINGS: CommandGroup = {
  summary: "which documents of GraphQL are run, and who may read the schema",
  actions: settingsCommands({
    path: "/api/graphql-settings",
    shows: "show the settings, and the documents that are trusted",
    notes:
      "Such as introspection=admins documents=trusted trusted=@- with a JSON list of documents in the\n" +
      "standard input. It replaces those that were trusted; add_trusted=@- keeps them, and remove_trusted=@-\n" +
      "takes some away by their SHA-256. null: as at first.\n",
    form: { example: "introspection=admins", name: /^\w+$/, isSecret: () => false },
    change: (values) => Object.fromEntries(values.map(([name, value]) => [name, listIn(name, value)])),
  }),
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
