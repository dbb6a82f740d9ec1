import type { RequestContext } from "../../../kernel/engine.ts";
import {
  expiredUrl,
  publicUrl,
  refusedUrl,
  revocationsOf,
  SIGNATURE,
  type SignedRequest,
  signedContent,
} from "../signed/signed-url.ts";
import { isUrlSignature, urlSignature } from "../signed/url-signature.ts";
import type { UploadRow } from "../uploads/repository.ts";
import type { PlannedPart } from "./plan.ts";

/** URLs of this server by which a part is sent without credentials, for stores that have none of their own. */

export function signedPartUrl(
  ctx: RequestContext,
  row: UploadRow,
  seconds: number,
): (part: PlannedPart) => Promise<string> {
  const expires = String(Math.floor(ctx.now / 1000) + seconds);
  const revocations = revocationsOf(ctx, row);
  return async (part) => {
    const parameters = new URLSearchParams({ number: String(part.number), expires });
    const bound = signedContent(await revocations, partRequest(row, part, parameters));
    parameters.set(SIGNATURE, await urlSignature(ctx.engine, ctx.principal.workspaceId, bound));
    return publicUrl(ctx, `uploads/${row.id}/parts?${parameters}`);
  };
}

/** Throws where the URL was not signed for this part, or has ended. */
export async function requirePartUrl(
  ctx: RequestContext,
  { row, part, parameters }: { row: UploadRow | undefined; part: PlannedPart | undefined; parameters: URLSearchParams },
): Promise<void> {
  if (!(Number(parameters.get("expires")) * 1000 > ctx.now)) throw expiredUrl();
  if (!row || !part) throw refusedUrl();
  const bound = signedContent(await revocationsOf(ctx, row), partRequest(row, part, parameters));
  const given = parameters.get(SIGNATURE) ?? "";
  if (!(await isUrlSignature(ctx.engine, ctx.principal.workspaceId, bound, given))) throw refusedUrl();
}

function partRequest(
  { id, bucket, path }: UploadRow,
  { number, size }: PlannedPart,
  parameters: URLSearchParams,
): SignedRequest {
  return { method: "PUT", bucket, path, content: `${id} ${number} ${size}`, network: null, parameters };
}
