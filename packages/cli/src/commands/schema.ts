import { type CommandGroup, command } from "../command.ts";
import { DIFF_OPTIONS, PUSH_OPTIONS } from "../schema/options.ts";

export const SCHEMA: CommandGroup = {
  summary: "collections, roles and rules as one file, to move them between servers",
  actions: {
    pull: command({
      summary: "write the schema of a server to a file, or to standard output",
      args: ["[FILE]"],
      access: "caller",
      run: async (call) => (await import("../schema/run-schema.ts")).pullSchema(call),
    }),
    diff: command({
      summary: "show what push would change",
      args: ["FILE"],
      options: DIFF_OPTIONS,
      access: "caller",
      notes: "Exit code 1: the server does not have what is in the file.\n",
      run: async (call) => (await import("../schema/run-schema.ts")).showDiff(call),
    }),
    push: command({
      summary: "give a server what is in a file, after showing the changes",
      args: ["FILE"],
      options: PUSH_OPTIONS,
      access: "caller",
      notes:
        "Rules are made as in the file: others are deleted. A file without rules or roles leaves those of the server as\n" +
        "they are.\n",
      run: async (call) => (await import("../schema/run-schema.ts")).pushSchema(call),
    }),
  },
};
