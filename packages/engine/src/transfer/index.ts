export { isFreeForImport, requireSameFile } from "./checkpoint.ts";
export { type ExportOptions, exportItems } from "./export.ts";
export { type ImportOptions, importItems } from "./import.ts";
