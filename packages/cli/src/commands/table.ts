import packageJson from "../../package.json" with { type: "json" };
import { type Commands, command } from "../command.ts";
import { LOGIN, LOGOUT, PROFILE, WHOAMI } from "./account.ts";
import { AUTH_SETTINGS } from "./auth-settings.ts";
import { COMPLETIONS } from "./completions.ts";
import { EXPORT, IMPORT } from "./files.ts";
import { KEYS } from "./keys.ts";
import { SECURITY_LOG } from "./security-log.ts";
import { TYPES } from "./types.ts";
import { USERS } from "./users.ts";
import { MEMBERS, WORKSPACES } from "./workspaces.ts";

/** All commands, in the order of the help. The help, the completions and the documentation are made from this table. */
export const COMMANDS: Commands = {
  import: IMPORT,
  export: EXPORT,
  types: TYPES,
  users: USERS,
  keys: KEYS,
  "auth-settings": AUTH_SETTINGS,
  workspaces: WORKSPACES,
  members: MEMBERS,
  "security-log": SECURITY_LOG,
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
