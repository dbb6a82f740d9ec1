import packageJson from "../../package.json" with { type: "json" };
import { type Commands, command } from "../command.ts";
import { LOGIN, LOGOUT, PROFILE, SETUP, WHOAMI } from "./account.ts";
import { AI_COMMANDS } from "./ai-settings.ts";
import { APPROVALS } from "./approvals.ts";
import { AUTH_SETTINGS } from "./auth-settings.ts";
import { CHANGES, HISTORY, RESTORE, UNDO } from "./changes.ts";
import { COLLECTIONS } from "./collections.ts";
import { COMPLETIONS } from "./completions.ts";
import { BUCKET_COMMANDS, FILE_COMMANDS } from "./files.ts";
import { FLOWS } from "./flows.ts";
import { FUNCTIONS } from "./functions.ts";
import { GRAPHQL } from "./graphql.ts";
import { GRAPHQL_SETTINGS } from "./graphql-settings.ts";
import { ITEM_COMMANDS } from "./items.ts";
import { JOBS } from "./jobs.ts";
import { KEYS } from "./keys.ts";
import { EXPOSURE, ROLES, RULES } from "./rules.ts";
import { RUNS } from "./runs.ts";
import { S3_KEYS } from "./s3-keys.ts";
import { SCHEDULES } from "./schedules.ts";
import { SCHEMA } from "./schema.ts";
import { SECURITY_LOG } from "./security-log.ts";
import { DEV, DOCTOR, INIT, LOGS, OPENAPI, START_SERVER } from "./server.ts";
import { SQL } from "./sql.ts";
import { EXPORT, IMPORT } from "./transfer.ts";
import { TYPES } from "./types.ts";
import { USERS } from "./users.ts";
import { VIEWS } from "./views.ts";
import { WEBHOOKS } from "./webhooks.ts";
import { MEMBERS, WORKSPACES } from "./workspaces.ts";

/** All commands, in the order of the help. The help, the completions and the documentation are made from this table. */
export const COMMANDS: Commands = {
  init: INIT,
  start: START_SERVER,
  dev: DEV,
  setup: SETUP,
  doctor: DOCTOR,
  collections: COLLECTIONS,
  items: ITEM_COMMANDS,
  views: VIEWS,
  import: IMPORT,
  export: EXPORT,
  files: FILE_COMMANDS,
  buckets: BUCKET_COMMANDS,
  functions: FUNCTIONS,
  history: HISTORY,
  changes: CHANGES,
  jobs: JOBS,
  schedules: SCHEDULES,
  runs: RUNS,
  flows: FLOWS,
  approvals: APPROVALS,
  undo: UNDO,
  restore: RESTORE,
  types: TYPES,
  schema: SCHEMA,
  rules: RULES,
  roles: ROLES,
  exposure: EXPOSURE,
  users: USERS,
  keys: KEYS,
  "s3-keys": S3_KEYS,
  "auth-settings": AUTH_SETTINGS,
  "ai-settings": AI_COMMANDS,
  graphql: GRAPHQL,
  "graphql-settings": GRAPHQL_SETTINGS,
  webhooks: WEBHOOKS,
  workspaces: WORKSPACES,
  members: MEMBERS,
  "security-log": SECURITY_LOG,
  sql: SQL,
  logs: LOGS,
  openapi: OPENAPI,
  login: LOGIN,
  logout: LOGOUT,
  whoami: WHOAMI,
  profile: PROFILE,
  completions: COMPLETIONS,
  version: command({
    summary: "show the version of this program",
    access: "none",
    async run(call) {
      const { version } = packageJson;
      await call.show({ version }, `${version}\n`);
      return 0;
    },
  }),
};
