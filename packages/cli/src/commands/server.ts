import { command, text } from "../command.ts";
import { DOCTOR_OPTIONS } from "../doctor-options.ts";
import { LOGS_OPTIONS } from "../logs-options.ts";
import { requestCommand } from "../request-command.ts";
import { DEV_OPTIONS, START_OPTIONS } from "../start-options.ts";

export const INIT = command({
  summary: "make a project in a new folder: settings, a schema, scripts and notes for whoever works on it",
  args: ["[FOLDER]"],
  access: "none",
  notes: "FOLDER is this one unless given. Files that are there stay as they are; then nothing is written.\n",
  run: async (call) => (await import("../init.ts")).runInit(call),
});

export const START_SERVER = command({
  summary: "start a server in this folder",
  options: START_OPTIONS,
  access: "none",
  notes:
    "The server's settings are variables of the environment and lines of the file .env in this folder, of which the\n" +
    "environment counts first. docs/configuration.md lists them.\n",
  run: async (call) => (await import("../start.ts")).runStart(call),
});

export const DEV = command({
  summary: "start a server that follows the files of this folder, while you work on them",
  options: DEV_OPTIONS,
  access: "none",
  notes:
    "The server starts again when .env changes. The collections, roles and rules of the schema file are applied when it\n" +
    "changes, as plinth schema push does; nothing but rules is deleted.\n",
  run: async (call) => (await import("../dev.ts")).runDev(call),
});

export const OPENAPI = requestCommand({
  summary: "write the OpenAPI document, with the collections that you may read",
  options: { output: text("FILE", "unless given, to standard output") },
  access: "anyone",
  request: () => ["GET", "/api/openapi.json"],
});

export const LOGS = command({
  summary: "show the changes of items, the oldest first",
  options: LOGS_OPTIONS,
  access: "caller",
  notes:
    "With --json each line is one change, as GET /api/changes describes it. plinth security-log shows what happened to\n" +
    "accounts, rights and keys.\n",
  run: async (call) => (await import("../logs.ts")).showLogs(call),
});

export const DOCTOR = command({
  summary: "find out what is wrong or dangerous, and what to do about it",
  options: DOCTOR_OPTIONS,
  access: "anyone",
  notes:
    "Asks the running server, of which its owners see the most: plinth login as one. --local reads the environment and .env,\n" +
    "as the server does, and needs no key.\n" +
    "Exit code 1: something was found, as severe as --fail-on says.\n",
  run: async (call) => (await import("../doctor.ts")).runDoctor(call),
});
