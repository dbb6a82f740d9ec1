import { encoded, type ManageActions } from "./manage.ts";
import { names, usage } from "./options.ts";

const SHOWN = ["key", "name", "kind", "expires_at", "id"];

/** `plinth keys …` */
export const KEYS: ManageActions = {
  list: {
    args: [],
    options: ["created-by"],
    request: (_, { "created-by": by }) => [
      "GET",
      by === undefined ? "/api/keys" : `/api/keys?created_by=${encoded(by)}`,
    ],
    columns: ["prefix", "name", "kind", "last_used_at", "expires_at", "previous_until", "created_by", "id"],
  },
  create: {
    args: ["NAME"],
    options: ["kind", "roles", "actions", "collections", "expires-at", "ip-ranges", "rate-limit"],
    request([name], { kind, roles, actions, collections, ...values }) {
      if (kind === undefined) throw usage("Choose with --kind publishable, --kind secret or --kind scoped");
      const body = {
        name,
        kind,
        roles: roles && names(roles),
        actions: actions && names(actions),
        collections: collections && names(collections),
        expires_at: values["expires-at"],
        ip_ranges: values["ip-ranges"] && names(values["ip-ranges"]),
        rate_limit: perMinute(values["rate-limit"]),
      };
      return ["POST", "/api/keys", body];
    },
    columns: SHOWN,
  },
  rotate: {
    args: ["ID"],
    options: ["previous-until"],
    request: ([id], { "previous-until": until }) => [
      "POST",
      `/api/keys/${encoded(id)}/rotate`,
      { previous_until: until === "now" ? null : until },
    ],
    columns: [...SHOWN, "previous_until"],
  },
  revoke: { args: ["ID"], request: ([id]) => ["DELETE", `/api/keys/${encoded(id)}`], columns: ["id"] },
};

function perMinute(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw usage("--rate-limit expects a whole number: requests per minute");
  return Number(text);
}
