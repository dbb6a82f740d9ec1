import { command } from "../command.ts";
import { EXPORT_OPTIONS, IMPORT_OPTIONS } from "../file-options.ts";

export const IMPORT = command({
  summary: "add the rows of a file to a collection",
  args: ["FILE"],
  options: IMPORT_OPTIONS,
  access: "anyone",
  notes: "Exit code 1: some rows were refused; the others are in the collection.\n",
  run: async (call) => (await import("../import.ts")).runImport(call),
});

export const EXPORT = command({
  summary: "write a collection to a file",
  options: EXPORT_OPTIONS,
  access: "anyone",
  notes: "--json goes with --output, because without it the items go to standard output.\n",
  run: async (call) => (await import("../export.ts")).runExport(call),
});
