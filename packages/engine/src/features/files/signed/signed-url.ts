import { PlinthError } from "@plinth/core";
import { networkOf } from "../../../identity/client-address.ts";
import { publicAddress } from "../../../identity/public-address.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import type { FileLocation } from "../file-items.ts";
import { lastRevocations, type Revocation } from "./repository.ts";
import type { Signed } from "./url-signature.ts";

/** Seven days, as of S3. */
export const MOST_SECONDS = 604_800;

/** What a URL is signed for, beside the workspace whose key is used. */
export interface SignedRequest extends FileLocation {
  readonly method: "GET" | "PUT";
  /** What stands for the bytes: a content, or an upload. */
  readonly content: string;
  /** Whoever calls from another network is refused. */
  readonly network: string | null;
  /** Those of the URL, but for the signature. */
  readonly parameters: URLSearchParams;
}

/**
 * What the signature binds. Neither the host nor the prefix of a path is part of it, as proxies change both; all parameters are, in the order
 * of their names.
 */
export function signedContent(revocations: readonly Revocation[], request: SignedRequest): Signed[] {
  const { method, bucket, path, content, network, parameters } = request;
  const sorted = [...parameters].filter(([name]) => name !== SIGNATURE).sort(byNameAndValue);
  return [method, bucket, path, content, revocations.map((one) => [one.bucket, one.path, one.id]), network, sorted];
}

/** The revocations that a URL for the file is signed with. */
export function revocationsOf({ driver, principal }: RequestContext, file: FileLocation): Promise<Revocation[]> {
  return lastRevocations(driver, { workspaceId: principal.workspaceId, bucket: file.bucket, path: file.path });
}

export const SIGNATURE = "signature";

function byNameAndValue([a, x]: readonly [string, string], [b, y]: readonly [string, string]): number {
  if (a !== b) return a < b ? -1 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Where clients find a path of the API of this workspace. */
export function publicUrl({ engine, principal, client }: RequestContext, path: string): string {
  const { origin, path: workspace } = publicAddress(engine, principal.workspaceId, client?.workspaceHost?.name);
  return `${origin}/api${workspace}/${path}`;
}

/** Of the route that reads a file, below the API. */
export function fileAddress({ bucket, path }: FileLocation): string {
  return `files/${encodeURIComponent(bucket)}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** The network of the client that calls: a whole IPv6 /64 is one. Null: the host does not know. */
export function networkIn({ client }: RequestContext): string | null {
  const address = client?.clientAddress;
  return address === undefined ? null : networkOf(address);
}

/** It is the same for a wrong signature, a file that is not there and one that nobody may read: a stranger learns nothing. */
export const refusedUrl = () =>
  new PlinthError(
    "FORBIDDEN",
    "This URL is not valid: it was changed or revoked, the file was replaced or deleted, or it was made for another address.",
    { reason: "signature" },
  );

/** Whoever asks has read the time in the URL. */
export const expiredUrl = () =>
  new PlinthError("FORBIDDEN", "This URL has expired; ask for a new one.", { reason: "expired" });
