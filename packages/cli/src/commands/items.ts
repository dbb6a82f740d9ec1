import { AS_OPTION, type CommandGroup, command } from "../command.ts";
import { itemColumns, itemsPath } from "../items.ts";
import { LIST_OPTIONS, SHAPE_OPTIONS } from "../items-options.ts";
import { DATA_OPTION, jsonInput } from "../json-input.ts";
import { encoded, requestCommand } from "../request-command.ts";

const shapeOf = (values: Readonly<Record<string, unknown>>): string => {
  const given = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const shape = given.filter(([name]) => Object.hasOwn(SHAPE_OPTIONS, name));
  return shape.length === 0 ? "" : `?${new URLSearchParams(shape)}`;
};

export const ITEM_COMMANDS: CommandGroup = {
  summary: "the items of a collection",
  actions: {
    list: command({
      summary: "list items",
      args: ["COLLECTION"],
      options: LIST_OPTIONS,
      access: "anyone",
      notes: "The table leaves out the fields that the server sets, and shortens long values; --json does not.\n",
      run: async (call) => (await import("../items.ts")).listOfItems(call),
    }),
    get: requestCommand({
      summary: "show one item",
      args: ["COLLECTION", "ID"],
      options: { ...SHAPE_OPTIONS, ...AS_OPTION },
      access: "anyone",
      request: ([collection, id], values) => ["GET", `${itemsPath(collection)}/${encoded(id)}${shapeOf(values)}`],
      columns: ["field", "value"],
      rows: (item) => Object.entries(item).map(([field, value]) => ({ field, value })),
    }),
    create: requestCommand({
      summary: "create an item, or a list of items: all or none",
      args: ["COLLECTION", "[FILE]"],
      options: { data: DATA_OPTION },
      access: "anyone",
      notes: "plinth import reads files of any size, and CSV.\n",
      request: async ([collection, file], { data }, { terminal }) => [
        "POST",
        itemsPath(collection),
        await jsonInput(file, data, terminal),
      ],
      columns: itemColumns,
    }),
    update: requestCommand({
      summary: "change fields of an item",
      args: ["COLLECTION", "ID", "[FILE]"],
      options: { data: DATA_OPTION },
      access: "anyone",
      request: async ([collection, id, file], { data }, { terminal }) => [
        "PATCH",
        `${itemsPath(collection)}/${encoded(id)}`,
        await jsonInput(file, data, terminal),
      ],
      columns: itemColumns,
    }),
    delete: requestCommand({
      summary: "delete an item",
      args: ["COLLECTION", "ID"],
      access: "anyone",
      request: ([collection, id]) => ["DELETE", `${itemsPath(collection)}/${encoded(id)}`],
      columns: ["id"],
    }),
  },
};
