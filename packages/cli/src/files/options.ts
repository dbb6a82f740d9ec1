import { flag, text } from "../command.ts";

export const RECURSIVE_OPTION = { recursive: flag("a folder, and all that is below it") } as const;

export const PUT_OPTIONS = {
  "content-type": text("TYPE", "of a single file, where its bytes do not show it"),
  metadata: text("JSON", "of each file: an object"),
  "if-absent": flag("fail for files that are there already"),
} as const;

export const GET_OPTIONS = RECURSIVE_OPTION;

export const CHECK_OPTIONS = { fix: flag("remove bytes that belong to no file") } as const;

export const SIGN_OPTIONS = {
  "expires-in": text("SECONDS", "for which the URL is good: an hour, and up to seven days"),
  disposition: text("KIND", "attachment: browsers save the file; inline: they show it"),
  address: text("IP", "of the only client that may use the URL"),
} as const;
