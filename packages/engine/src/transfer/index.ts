export { requireSameFile } from "./bookmark.ts";
export { type ExportOptions, exportItems } from "./export.ts";
export { CONTENT_TYPES, FORMATS, type Format, formatOf } from "./formats.ts";
export { type ImportOptions, importItems } from "./import.ts";
export type { ImportProgress, ImportResult, RowError } from "./report.ts";
export { type FieldMap, parseMap } from "./shape.ts";
