import packageJson from "../../package.json" with { type: "json" };
import { type Command, type CommandGroup, command } from "../command.ts";
import { AUTH_SETTINGS } from "./auth-settings.ts";
import { EXPORT, IMPORT } from "./files.ts";
import { KEYS } from "./keys.ts";
import { SECURITY_LOG } from "./security-log.ts";
import { TYPES } from "./types.ts";
import { USERS } from "./users.ts";
import { MEMBERS, WORKSPACES } from "./workspaces.ts";

/** All commands, in the order of the help. The help, the completions and the documentation are made from this table. */
export const COMMANDS: Readonly<Record<string, Command | CommandGroup>> = {
  import: IMPORT,
  export: EXPORT,
  types: TYPES,
  users: USERS,
  keys: KEYS,
  "auth-settings": AUTH_SETTINGS,
  workspaces: WORKSPACES,
  members: MEMBERS,
  "security-log": SECURITY_LOG,
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
