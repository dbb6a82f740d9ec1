export {
  type ConsoleTable,
  consoleTables,
  runSql,
  runSqlSchema,
  type SqlRun,
  sqlHistoryFilter,
} from "./console.ts";
