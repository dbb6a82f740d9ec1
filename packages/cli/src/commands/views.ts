import { type CommandGroup, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/views";
const VIEW = ["id", "collection", "name", "layout", "shared", "is_default"];
const NOTES = "FILE holds the JSON that POST /api/views takes.\n";

export const VIEWS: CommandGroup = {
  summary: "saved views of collections",
  actions: {
    list: requestCommand({
      summary: "list the views that are shared, and your own",
      options: { collection: text("SLUG", "only those of this collection") },
      request: (_, { collection }) => [
        "GET",
        collection === undefined ? PATH : `${PATH}?${new URLSearchParams({ collection })}`,
      ],
      columns: VIEW,
    }),
    create: requestCommand({
      summary: "save a view",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes: NOTES,
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: VIEW,
    }),
    update: requestCommand({
      summary: "change a view",
      args: ["ID", "[FILE]"],
      options: { data: DATA_OPTION },
      request: async ([id, file], { data }, { terminal }) => [
        "PATCH",
        `${PATH}/${encoded(id)}`,
        await jsonInput(file, data, terminal),
      ],
      columns: VIEW,
    }),
    delete: requestCommand({
      summary: "delete a view",
      args: ["ID"],
      request: ([id]) => ["DELETE", `${PATH}/${encoded(id)}`],
      columns: ["id"],
    }),
  },
};
