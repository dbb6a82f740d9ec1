export { getTableName } from "drizzle-orm";
export { declaredTables, readTables } from "./table-shapes.ts";
