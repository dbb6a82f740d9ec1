import { type CommandGroup, choice, text } from "../command.ts";
import { names, numberOption } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const SHOWN = ["key", "name", "kind", "expires_at", "id"];

export const KEYS: CommandGroup = {
  summary: "the API keys of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the keys, without their secrets",
      options: { "created-by": text("user:ID", "only those that somebody has made") },
      request: (_, { "created-by": by }) => [
        "GET",
        by === undefined ? "/api/keys" : `/api/keys?created_by=${encoded(by)}`,
      ],
      columns: ["prefix", "name", "kind", "last_used_at", "expires_at", "previous_until", "created_by", "id"],
    }),
    create: requestCommand({
      summary: "make a key, and show it this once",
      args: ["NAME"],
      options: {
        kind: choice(["publishable", "secret", "scoped"], "secret and scoped ones need --token", { required: true }),
        roles: text("A,B", "of a scoped key"),
        actions: text("A,B", "of a scoped key: read, create, collections:read …"),
        collections: text("A,B", "of a scoped key"),
        "expires-at": text("TIME", "when the key ends"),
        "ip-ranges": text("A,B", "the only addresses that may use it"),
        "rate-limit": text("N", "requests a minute"),
      },
      request([name], { kind, roles, actions, collections, ...values }) {
        const body = {
          name,
          kind,
          roles: roles && names(roles),
          actions: actions && names(actions),
          collections: collections && names(collections),
          expires_at: values["expires-at"],
          ip_ranges: values["ip-ranges"] && names(values["ip-ranges"]),
          rate_limit: numberOption("rate-limit", values["rate-limit"]),
        };
        return ["POST", "/api/keys", body];
      },
      columns: SHOWN,
    }),
    rotate: requestCommand({
      summary: "give a key a new secret, and show it this once",
      args: ["ID"],
      options: { "previous-until": text("TIME", "the old secret counts until then, or now; for a day unless given") },
      request: ([id], { "previous-until": until }) => [
        "POST",
        `/api/keys/${encoded(id)}/rotate`,
        { previous_until: until === "now" ? null : until },
      ],
      columns: [...SHOWN, "previous_until"],
    }),
    revoke: requestCommand({
      summary: "end a key",
      args: ["ID"],
      request: ([id]) => ["DELETE", `/api/keys/${encoded(id)}`],
      columns: ["id"],
    }),
  },
};
