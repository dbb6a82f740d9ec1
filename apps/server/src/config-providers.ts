import {
  APPLE_ID,
  credentialsProblem,
  isPrivateHost,
  issuerProblem,
  type OperatorProvider,
  PROVIDER_KINDS,
  PROVIDER_NAME,
  PROVIDER_SCOPE,
  type ProviderKind,
} from "@plinth/core";
import * as z from "zod";

const MAX_PROVIDERS = 20;
const KINDS = Object.keys(PROVIDER_KINDS) as [ProviderKind, ...ProviderKind[]];
const text = (max: number) => z.string().min(1, "must not be empty").max(max, `must have at most ${max} characters`);
const appleId = z.string().regex(APPLE_ID, "must have 10 letters and digits, as Apple shows it");

/** The same names as in `POST /api/auth-providers`. */
const provider = z
  .strictObject({
    kind: z.enum(KINDS, { error: `must be ${KINDS.join(", ")}` }),
    name: z.string().regex(PROVIDER_NAME, "must begin with a letter, and have only a-z, 0-9 and -").optional(),
    label: text(60).optional(),
    issuer: text(500).optional(),
    client_id: text(255),
    client_secret: text(2000).optional(),
    team_id: appleId.optional(),
    key_id: appleId.optional(),
    private_key: text(4000).optional(),
    scopes: z.array(z.string().regex(PROVIDER_SCOPE, "must be a scope, without spaces")).max(20).optional(),
  })
  .transform((given, context): OperatorProvider => {
    const { kind } = given;
    const known = PROVIDER_KINDS[kind];
    const issuer = given.issuer ?? known.issuer;
    const label = given.label ?? known.label;
    const wrong =
      issuer === undefined
        ? { field: "issuer", problem: "is needed: the address of the provider" }
        : label === undefined
          ? { field: "label", problem: "is needed: the name on the button" }
          : (problemOf(issuer, kind) ?? credentialsProblem(kind, given, { secret: false }));
    if (wrong) {
      context.addIssue({ code: "custom", path: [wrong.field], message: wrong.problem });
      return z.NEVER;
    }
    return {
      name: given.name ?? kind,
      kind,
      label: label!,
      issuer: issuer!,
      clientId: given.client_id,
      secret: given.private_key ?? given.client_secret,
      teamId: given.team_id,
      keyId: given.key_id,
      scopes: given.scopes ?? known.scopes,
    };
  });

/** Whoever sets it runs the server, and may name a provider in its own network. Elsewhere, secrets go over https alone. */
function problemOf(issuer: string, kind: ProviderKind) {
  const url = URL.parse(issuer);
  const problem = issuerProblem(issuer, kind, url !== null && isPrivateHost(url.hostname));
  return problem === undefined ? undefined : { field: "issuer", problem };
}

/** A JSON list. Issues complete the sentence "OPERATOR_PROVIDERS is …; …". */
export const operatorProviders = z.string().transform((json, context): readonly OperatorProvider[] => {
  const refuse = (message: string) => {
    context.addIssue(message);
    return z.NEVER;
  };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return refuse('it must be JSON such as [{"kind": "google", "client_id": "…", "client_secret": "…"}]');
  }
  const result = z.array(provider).max(MAX_PROVIDERS).safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const [index, ...rest] = path;
    return refuse(
      index === undefined ? `it must be a list of providers: ${message}` : `${at(index, rest)}: ${message}`,
    );
  }
  for (const key of ["name", "issuer"] as const) {
    const values = result.data.map((one) => one[key]);
    const twice = values.find((one, i) => values.indexOf(one) !== i);
    if (twice !== undefined) return refuse(`two of them have the ${key} ${twice}`);
  }
  return result.data;
});

function at(index: PropertyKey, rest: readonly PropertyKey[]): string {
  return [`[${String(index)}]`, ...rest.map(String)].join(".");
}
