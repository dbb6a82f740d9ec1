/** An issuer whose tokens a workspace trusts. */
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString("base64url");

export interface Signer {
  readonly jwk: JsonWebKey;
  /** A token with these claims. */
  sign(claims: object): Promise<string>;
}

export async function keyPair(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const jwk = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid: "one" };
  return {
    jwk,
    async sign(claims) {
      const input = `${part({ alg: "ES256", kid: "one", typ: "JWT" })}.${part(claims)}`;
      const bytes = new TextEncoder().encode(input);
      const signature = await crypto.subtle.sign({ ...CURVE, hash: "SHA-256" }, pair.privateKey, bytes);
      return `${input}.${Buffer.from(signature).toString("base64url")}`;
    },
  };
}
