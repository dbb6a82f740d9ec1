import { command } from "../command.ts";
import { TYPES_OPTIONS } from "../types/options.ts";

export const TYPES = command({
  summary: "write the types of all collections for the client",
  options: TYPES_OPTIONS,
  access: "caller",
  notes: "It needs a secret key or an administrator's session, because it reads every definition.\n",
  run: async (call) => (await import("../types/run-types.ts")).runTypes(call),
});
