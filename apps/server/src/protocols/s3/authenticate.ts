import { sameText } from "@plinth/core";
import { admitS3Caller, findS3Caller, hasBucket, type S3Grant } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { type ObjectAddress, pairsIn, uriEncoded } from "./address.ts";
import { type Authorization, authorizationOf } from "./authorization.ts";
import { bucketOfPrefix, hostsOf, pathsOf, type SignedPath } from "./candidates.ts";
import { S3Error } from "./errors.ts";
import { canonicalHash, s3SignatureOf, s3SigningKey } from "./signing.ts";

/** A request whose signature is right. */
export interface SignedS3Request {
  readonly address: ObjectAddress;
  readonly authorization: Authorization;
  readonly grant: S3Grant;
  /** Signs the pieces of its body. */
  readonly key: CryptoKey;
}

/** Finds out who signed the request, and makes that its caller. */
export async function authenticate(c: Context<AppEnv>, address: ObjectAddress): Promise<SignedS3Request> {
  const { engine, driver, pathWorkspace, workspaceHost, asOperator } = c.env;
  if (asOperator) throw new S3Error("AccessDenied", "Operators have no access keys.");
  const authorization = authorizationOf(c.req.raw.headers, address, engine.clock.now());
  const caller = await findS3Caller(engine, driver, authorization.accessKey);
  if (!caller)
    throw new S3Error("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {
      AWSAccessKeyId: authorization.accessKey,
    });
  const key = await s3SigningKey(caller.secret, authorization.scope);
  const path = await signedPathOf(c, { address, authorization, key });
  const shadowed = path && bucketOfPrefix(path);
  const { workspaceId } = caller.principal;
  const isRight = path && !(shadowed !== undefined && (await hasBucket(driver, workspaceId, shadowed)));
  if (!isRight)
    throw new S3Error(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  const isNamed = pathWorkspace !== undefined || workspaceHost !== undefined;
  const named = { host: workspaceHost ?? null, path: pathWorkspace ?? null, header: null };
  await admitS3Caller(engine, driver, caller, isNamed ? named : undefined);
  c.env.principal = caller.principal;
  return { address, authorization, grant: caller.grant, key };
}

/** The path by which the signature is right. Undefined: it is right by none. */
async function signedPathOf(
  c: Context<AppEnv>,
  { address, authorization, key }: Pick<SignedS3Request, "address" | "authorization" | "key">,
): Promise<SignedPath | undefined> {
  const { method, headers, url } = c.req.raw;
  const { time, scope, signature, payloadHash } = authorization;
  const { domainHost, pathWorkspace } = c.env;
  const { appUrl, s3Domain } = c.env.platform.config;
  const query = canonicalQuery(address);
  const paths = pathsOf({ headers, address, pathWorkspace, bucketHost: domainHost, domain: s3Domain });
  for (const host of hostsOf({ url, headers, appUrl, bucketHost: domainHost, domain: s3Domain })) {
    for (const signed of signedHeadersOf(headers, authorization, host)) {
      for (const path of paths) {
        const hash = await canonicalHash({ method, path: path.path, query, headers: signed, payloadHash });
        if (sameText(await s3SignatureOf(key, { time, scope, lines: [hash] }), signature)) return path;
      }
    }
  }
  return undefined;
}

function canonicalQuery({ rawQuery }: ObjectAddress): string {
  return pairsIn(rawQuery)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncoded(name), uriEncoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map((pair) => pair.join("="))
    .join("&");
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type SignedHeaders = (readonly [name: string, value: string])[];

/**
 * As they came; and with what is changed on the way: some proxies ask for other encodings than the client, and of a header that was sent
 * twice, the values are joined with a space that nobody has signed.
 */
function signedHeadersOf(headers: Headers, { signedHeaders }: Authorization, host: string): SignedHeaders[] {
  const came = signedHeaders.map((name) => [name, name === "host" ? host : trimmed(headers.get(name))] as const);
  const changed = came.map(([name, value]) => {
    if (name === "accept-encoding") return [name, "identity"] as const;
    // A key of an object may hold both.
    const isList = name.startsWith("x-amz-") && name !== "x-amz-copy-source";
    return [name, isList ? value.replaceAll(", ", ",") : value] as const;
  });
  return changed.every(([, value], i) => value === came[i]![1]) ? [came] : [came, changed];
}

const trimmed = (value: string | null): string => (value ?? "").trim().replace(/\s+/g, " ");
