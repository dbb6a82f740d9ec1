import { type Jwk, type SigningAlgorithm, tokenCrypto } from "@plinth/auth";
import { type Awaitable, DEFAULT_WORKSPACE_SLUG, type SqlDriver, toBase64Url, uuidv7 } from "@plinth/core";
import {
  bumpRevision,
  findSigningKey,
  findWorkspaceSlug,
  insertSigningKeyIfNone,
  listSigningKeyRows,
  type SigningKeyRow,
} from "@plinth/db";
import type { Engine } from "../../kernel/engine.ts";
import { textCipher } from "../../kernel/text-cipher.ts";
import { recentChanges } from "../identity-changes.ts";
import { type OwnKey, type TokenState, tokenState } from "../token-state.ts";

export const DEFAULT_ALGORITHM = "ES256";

const cipher = textCipher("signing keys");
const encoder = new TextEncoder();

/** What is stored of a new key. */
export async function newSigningKey(
  engine: Engine,
  workspaceId: string,
  { alg, sharedSecret, state }: { alg: SigningAlgorithm; sharedSecret?: string; state: "next" | "current" },
): Promise<SigningKeyRow> {
  const now = engine.clock.now();
  const id = uuidv7(now);
  const { publicJwk, secretJwk } =
    alg === "HS256" ? ofSecret(sharedSecret ?? randomSecret()) : await (await tokenCrypto()).generate(alg);
  return {
    id,
    workspaceId,
    alg,
    state,
    publicJwk: publicJwk && JSON.stringify(publicJwk),
    secret: await cipher.encrypt(engine, id, JSON.stringify(secretJwk)),
    createdAt: new Date(now),
    activatedAt: state === "current" ? new Date(now) : null,
    retiredAt: null,
    verifiesUntil: null,
  };
}

/** A key of the same kind, that waits. */
export function successorOf(engine: Engine, { workspaceId, alg }: SigningKeyRow): Promise<SigningKeyRow> {
  return newSigningKey(engine, workspaceId, { alg: alg as SigningAlgorithm, state: "next" });
}

export function randomSecret(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(48)));
}

/** Its bytes are those of the text, as other programs take them. */
function ofSecret(secret: string): { publicJwk: null; secretJwk: Jwk } {
  return { publicJwk: null, secretJwk: { kty: "oct", k: toBase64Url(encoder.encode(secret)) } };
}

/** The key of a token's `kid`. Null: there is none that still verifies. */
export function verifyingKey(engine: Engine, driver: SqlDriver, kid: string): Awaitable<OwnKey | null> {
  return stateNow(engine).verifying.get(kid, driver.lifetime === "process", async () => {
    const row = await findSigningKey(driver, kid);
    const until = row?.verifiesUntil?.getTime();
    // Only what is published already verifies; a key that waits may sign on a server that is ahead.
    if (!row || (until !== undefined && until <= engine.clock.now())) return null;
    // Whoever knew the secret of before may know the key.
    if (!(await isReadable(engine, row))) return null;
    return { value: await ownKey(engine, driver, row, "verify"), until };
  });
}

/** The key that signs a workspace's tokens; made at first use. */
export async function signingKey(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<OwnKey> {
  const key = await stateNow(engine).signing.get(workspaceId, driver.lifetime === "process", async () => {
    const row = (await currentRow(driver, workspaceId)) ?? (await firstRow(engine, driver, workspaceId));
    return { value: await ownKey(engine, driver, row, "sign") };
  });
  return key!;
}

async function currentRow(driver: SqlDriver, workspaceId: string): Promise<SigningKeyRow | undefined> {
  return (await listSigningKeyRows(driver, workspaceId)).find(({ state }) => state === "current");
}

/** Of several servers that make one at once, the first is kept. */
async function firstRow(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<SigningKeyRow> {
  const row = await newSigningKey(engine, workspaceId, { alg: DEFAULT_ALGORITHM, state: "current" });
  await driver.batch([bumpRevision(driver, workspaceId), insertSigningKeyIfNone(driver, row)]);
  return (await currentRow(driver, workspaceId))!;
}

async function ownKey(engine: Engine, driver: SqlDriver, row: SigningKeyRow, use: "sign" | "verify"): Promise<OwnKey> {
  const { id, workspaceId, alg } = row;
  const json =
    use === "verify" && row.publicJwk !== null ? row.publicJwk : await cipher.decrypt(engine, id, row.secret);
  const key = await (await tokenCrypto()).import(JSON.parse(json) as Jwk, alg);
  return { alg, kid: id, key, workspaceId, issuer: await tokenIssuer(engine, driver, workspaceId) };
}

/** False: it was encrypted with another `PLINTH_SECRET`. */
export function isReadable(engine: Engine, { id, secret }: Pick<SigningKeyRow, "id" | "secret">): Promise<boolean> {
  return cipher.decrypt(engine, id, secret).then(
    () => true,
    () => false,
  );
}

/** The `iss` of a workspace's tokens, below which its keys are published. */
export async function tokenIssuer(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<string> {
  const slug = await findWorkspaceSlug(driver, workspaceId);
  const { appUrl } = engine.config;
  return slug === DEFAULT_WORKSPACE_SLUG ? appUrl : `${appUrl}/api/t/${slug}`;
}

/** The public keys of a workspace, as a JWK set: those that sign, will sign, or have signed tokens that still count. */
export async function publicKeys(engine: Engine, driver: SqlDriver, workspaceId: string): Promise<{ keys: Jwk[] }> {
  const now = engine.clock.now();
  const rows = await listSigningKeyRows(driver, workspaceId);
  return {
    keys: rows.flatMap(({ id, alg, publicJwk, verifiesUntil }) =>
      publicJwk === null || (verifiesUntil && verifiesUntil.getTime() <= now)
        ? []
        : [{ ...(JSON.parse(publicJwk) as Jwk), kid: id, alg, use: "sig" }],
    ),
  };
}

function stateNow(engine: Engine): TokenState {
  const state = tokenState(engine);
  state.keepUpWith(recentChanges(engine));
  return state;
}
