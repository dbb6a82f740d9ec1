import { type CommandGroup, text } from "../command.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { type ApiObject, encoded, requestCommand } from "../request-command.ts";

const PATH = "/api/collections";
const FIELD = ["name", "type", "to", "required", "unique", "indexed", "default"];

const at = (slug: string | undefined) => `${PATH}/${encoded(slug)}`;
const fieldsOf = (collection: ApiObject): ApiObject[] => collection.fields as ApiObject[];
const confirmed = (confirm: string | undefined) =>
  confirm === undefined ? "" : `?${new URLSearchParams({ confirm })}`;

const confirm = (what: string) => text("NAME", `the ${what} again; without it, the answer says what would be lost`);

export const COLLECTIONS: CommandGroup = {
  summary: "the collections of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the collections",
      request: () => ["GET", PATH],
      columns: ["slug", "kind", "fields"],
      row: ({ slug, kind, ...rest }) => ({ slug, kind, fields: fieldsOf(rest).map(({ name }) => name) }),
    }),
    get: requestCommand({
      summary: "show a collection with its fields",
      args: ["SLUG"],
      request: ([slug]) => ["GET", at(slug)],
      columns: FIELD,
      rows: fieldsOf,
    }),
    create: requestCommand({
      summary: "make a collection of a definition",
      args: ["[FILE]"],
      options: { data: DATA_OPTION },
      notes:
        "FILE holds the JSON that POST /api/collections takes, such as the data of plinth collections get --json.\n",
      request: async ([file], { data }, { terminal }) => ["POST", PATH, await jsonInput(file, data, terminal)],
      columns: FIELD,
      rows: fieldsOf,
    }),
    update: requestCommand({
      summary: "add fields to a collection, or change constraints",
      args: ["SLUG", "[FILE]"],
      options: { data: DATA_OPTION },
      notes: "FILE holds the JSON that PATCH /api/collections/:slug takes.\n",
      request: async ([slug, file], { data }, { terminal }) => [
        "PATCH",
        at(slug),
        await jsonInput(file, data, terminal),
      ],
      columns: FIELD,
      rows: fieldsOf,
    }),
    delete: requestCommand({
      summary: "delete a collection and its items",
      args: ["SLUG"],
      options: { confirm: confirm("slug") },
      request: ([slug], values) => ["DELETE", `${at(slug)}${confirmed(values.confirm)}`],
      columns: ["id", "slug"],
    }),
    "delete-field": requestCommand({
      summary: "delete a field and its values",
      args: ["SLUG", "FIELD"],
      options: { confirm: confirm("field's name") },
      request: ([slug, field], values) => [
        "DELETE",
        `${at(slug)}/fields/${encoded(field)}${confirmed(values.confirm)}`,
      ],
      columns: FIELD,
      rows: fieldsOf,
    }),
  },
};
