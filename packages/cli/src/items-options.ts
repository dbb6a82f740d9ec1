import { AS_OPTION, flag, text } from "./command.ts";

export const SHAPE_OPTIONS = {
  fields: text("FIELDS", "such as title,director.name"),
  expand: text("NAMES", "relations whose items are in the answer"),
} as const;

export const LIST_OPTIONS = {
  filter: text("JSON", 'only items that match: \'{"year": {"_gte": 1990}}\''),
  sort: text("FIELDS", "such as --sort=-year,title"),
  ...SHAPE_OPTIONS,
  ...AS_OPTION,
  limit: text("N", "how many; the server's usual number unless given"),
  all: flag("all items, one JSON object a line"),
} as const;
