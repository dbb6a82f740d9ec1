import { flag, text } from "./command.ts";

export const LOGS_OPTIONS = {
  collection: text("SLUG", "only the changes of a collection"),
  after: text("POSITION", "only those after this one; with --follow, those from now on unless given"),
  limit: text("N", "at most so many; all that are kept unless given"),
  follow: flag("wait for further changes, until you end it"),
} as const;
