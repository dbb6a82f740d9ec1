import * as z from "zod";
import { isJsonObject } from "../../data/json-text.ts";
import type { WholeFunction } from "./deployed.ts";

export const functionForm = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/),
  source: z.string().min(1),
  /** `public`, `signed_in`, `admin` or `role:NAME`. */
  auth: z.string().trim().min(1).max(70),
  methods: z.array(z.string()).min(1),
  /** `caller`, `system` or `role:NAME`. */
  as: z.string().trim().min(1).max(70),
  actions: z.array(z.string()),
  collections: z.array(z.string()),
  /** Hosts, separated by spaces, commas or lines. */
  fetch: z.string(),
  /** All other settings, as JSON. */
  others: z.string().refine(isJsonObject),
});

export type FunctionForm = z.infer<typeof functionForm>;

/** Parts of the settings that have a field of their own. */
const OWN = { permissions: ["as", "actions", "collections", "fetch"], http: ["auth", "methods"] } as const;
const FACTS: ReadonlySet<string> = new Set(["name", "version", "created_at", "updated_at", "source", "secrets"]);

type Settings = Readonly<Record<string, unknown>>;

export function formOf(stored: WholeFunction): FunctionForm {
  const { name, source, permissions, http } = stored;
  const { as, actions, collections, fetch } = permissions;
  return {
    ...{ name, source, auth: http.auth, methods: [...http.methods], as },
    ...{ actions: [...actions], collections: [...collections], fetch: fetch.join("\n") },
    others: JSON.stringify(othersOf(stored), null, 2),
  };
}

/** What the form has no field for, so that it stays as it is. */
function othersOf(stored: object): Settings {
  const settings = Object.entries(stored).filter(([key]) => !FACTS.has(key));
  return Object.fromEntries(
    settings.flatMap(([key, value]) => {
      const own: readonly string[] = Object.hasOwn(OWN, key) ? OWN[key as keyof typeof OWN] : [];
      if (own.length === 0) return [[key, value]];
      const rest = Object.entries(value as object).filter(([part]) => !own.includes(part));
      return rest.length > 0 ? [[key, Object.fromEntries(rest)]] : [];
    }),
  );
}

/** What is sent to deploy it. */
export function deploymentOf(form: FunctionForm): object {
  const { source, auth, methods, as, actions, collections, fetch } = form;
  const others = JSON.parse(form.others) as Settings & { readonly permissions?: object; readonly http?: object };
  return {
    ...others,
    source,
    permissions: { ...others.permissions, as, actions, collections, fetch: fetch.split(/[\s,]+/).filter(Boolean) },
    http: { ...others.http, auth, methods },
  };
}
