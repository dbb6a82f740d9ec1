export * from "./convert.ts";
export * from "./csv.ts";
export * from "./formats.ts";
export * from "./import-report.ts";
export * from "./infer.ts";
export * from "./names.ts";
export * from "./shape.ts";
export * from "./unnamed.ts";
