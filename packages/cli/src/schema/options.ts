import { flag } from "../command.ts";

export const DIFF_OPTIONS = {
  delete: flag("also what the file does not have: collections, fields and roles; else they stay"),
} as const;

export const PUSH_OPTIONS = {
  ...DIFF_OPTIONS,
  yes: flag("do not ask whether to make the changes"),
} as const;
