import * as z from "zod";

export const issuerSchema = z
  .object({
    issuer: z.string().trim().min(1).max(500),
    audience: z.string().trim().min(1).max(500),
    source: z.enum(["address", "key"]),
    jwks_url: z.string().trim(),
    /** A PEM text or JSON. */
    public_key: z.string().trim(),
    claim_id: z.string().trim(),
    claim_email: z.string().trim(),
    claim_roles: z.string().trim(),
    trust_email: z.boolean(),
    roles: z.array(z.string()),
  })
  .refine(({ source, jwks_url }) => source !== "address" || /^https?:\/\//.test(jwks_url), { path: ["jwks_url"] })
  .refine(({ source, public_key }) => source !== "key" || public_key !== "", { path: ["public_key"] });

export type IssuerForm = z.infer<typeof issuerSchema>;

export const NO_ISSUER: IssuerForm = {
  issuer: "",
  audience: "",
  source: "address",
  jwks_url: "",
  public_key: "",
  claim_id: "sub",
  claim_email: "email",
  claim_roles: "roles",
  trust_email: false,
  roles: [],
};

/** As the API takes it: one source of keys, and only the claims that are named. */
export function issuerBody(form: IssuerForm): object {
  const { issuer, audience, source, jwks_url, public_key, trust_email, roles } = form;
  const claims = Object.entries({ id: form.claim_id, email: form.claim_email, roles: form.claim_roles });
  return {
    issuer,
    audience,
    ...(source === "address" ? { jwks_url } : { public_key: keyOf(public_key) }),
    claims: Object.fromEntries(claims.filter(([, claim]) => claim !== "")),
    trust_email,
    roles,
  };
}

/** A JWK is an object; any other text is sent as it is, and the server says what is wrong with it. */
function keyOf(text: string): unknown {
  if (!text.startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
