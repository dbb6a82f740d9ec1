import type { Feature } from "../../kernel/feature.ts";
import { askedFunctions } from "./before-write.ts";
import { askFunctionAsHook } from "./hook.ts";
import { functionJobs } from "./job.ts";
import { trimExpiredValues } from "./kv/calls.ts";
import { valueMigrations } from "./kv/migrations.ts";
import { functionValues } from "./kv/tables.ts";
import { functionsMigrations } from "./migrations.ts";
import { trimFormer } from "./runs.ts";
import { formerRuns, functionSecrets, functions, functionVersions } from "./tables.ts";

export {
  checkDeployment,
  type DeployedFunction,
  deleteFunction,
  deployFunction,
  listFunctions,
  listFunctionVersions,
  rollBackFunction,
  showFunction,
} from "./deploy.ts";
export { callFunction, type FunctionAnswer, functionHttp } from "./invoke.ts";
export { listFunctionRuns, RUN_STATES } from "./runs.ts";
export { FUNCTION_RUNTIMES } from "./runtimes.ts";
export { functionSecretStore } from "./secrets.ts";
export { deploySchema, FUNCTION_METHODS, type FunctionMethod, rollbackSchema, secretSchema } from "./settings.ts";

const TRIM_EVERY_MS = 60_000;

/** Code of users that answers requests, and runs jobs. */
export const functionsFeature: Feature = {
  name: "functions",
  tables: [functions, functionVersions, functionSecrets, functionValues, formerRuns],
  beforeWrite: askedFunctions,
  askHookFunction: askFunctionAsHook,
  migrations: [...functionsMigrations, ...valueMigrations],
  jobs: [functionJobs],
  schedules: [
    { name: "functions", everyMs: TRIM_EVERY_MS, run: trimFormer },
    { name: "functions-values", everyMs: TRIM_EVERY_MS, run: trimExpiredValues },
  ],
};
