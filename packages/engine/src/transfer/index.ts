export { requireSameFile } from "./bookmark.ts";
export { type ExportOptions, exportItems } from "./export.ts";
export { type ImportOptions, importItems } from "./import.ts";
