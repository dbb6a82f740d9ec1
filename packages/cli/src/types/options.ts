import { flag, type Options, text } from "../command.ts";

export const TYPES_OPTIONS = {
  output: text("FILE", "unless given, to standard output"),
  check: flag("write nothing: exit code 1 if --output is not up to date"),
  watch: flag("go on, and write --output whenever a collection changes"),
} as const satisfies Options;
