import { choice, flag, text } from "../command.ts";
import { DATA_OPTION } from "../json-input.ts";

/** What takes the place of the sections of the file's own `config`. */
export const SETTINGS_OPTIONS = {
  auth: text("WHO", "who may call it: public, signed_in, role:NAME, or admin, which it is unless given"),
  methods: text("A,B", "the methods that it answers; POST unless given"),
  as: text("WHO", "by whose rules it acts: caller unless given, system, or role:NAME"),
  actions: text("A,B", "what it may do with items: read, create, update, delete"),
  collections: text("A,B", "with the items of which collections"),
  fetch: text("A,B", "the hosts that it may ask"),
} as const;

export const DEPLOY_OPTIONS = {
  name: text("NAME", "its name; that of the file or folder unless given"),
  ...SETTINGS_OPTIONS,
  runtime: choice(
    ["sandbox", "trusted"],
    "what runs it: sandbox unless given, or trusted where the operator allows it",
  ),
  yes: flag("do not ask about rights that the version before did not have"),
} as const;

export const FUNCTION_LOGS_OPTIONS = {
  status: choice(["succeeded", "failed"], "only these"),
  follow: { ...flag("go on, and show each run when it has ended, with its lines"), short: "f" },
} as const;

export const INVOKE_OPTIONS = {
  data: DATA_OPTION,
  method: choice(["GET", "POST", "PUT", "PATCH", "DELETE"], "how; POST unless given"),
  path: text("PATH", "what stands behind the name in the address, such as a/b?c=d"),
  header: text("NAME:VALUE", "a header of the request", { multiple: true }),
} as const;

export const FUNCTION_DEV_OPTIONS = {
  name: text("NAME", "its name; that of the file or folder unless given"),
  data: text("JSON", "call the function with this after each save"),
  yes: flag("deploy to a server that is not this machine"),
} as const;
