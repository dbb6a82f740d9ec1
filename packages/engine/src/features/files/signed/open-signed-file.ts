import { PlinthError } from "@plinth/core";
import { systemCollection } from "../../../kernel/catalog.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type FileLocation, findFileAt, normalLocation } from "../file-items.ts";
import type { OpenedFile } from "../read-file.ts";
import { as } from "./sign-file.ts";
import { expiredUrl, networkIn, refusedUrl, revocationsOf, SIGNATURE, signedContent } from "./signed-url.ts";
import { openSigner } from "./signer.ts";
import { isUrlSignature } from "./url-signature.ts";

/** What a reader without the right is answered. */
const UNREADABLE: ReadonlySet<string> = new Set(["NOT_FOUND", "FORBIDDEN", "UNAUTHORIZED"]);

/** The file of a signed URL, opened as whoever has signed it may read it now. `parameters` are those of the request. */
export async function openSignedFile(
  ctx: RequestContext,
  given: FileLocation,
  parameters: URLSearchParams,
  open: (ctx: RequestContext, location: FileLocation) => Promise<OpenedFile>,
): Promise<OpenedFile> {
  const until = Number(parameters.get("expires")) * 1000;
  if (!(until > ctx.now)) throw expiredUrl();
  const location = normalLocation(given);
  const content = await boundContent(ctx, location, parameters);
  const signer = await openSigner(ctx, parameters.get("signer")!);
  if (!signer) throw refusedUrl();
  const file = await open(as(ctx, signer), location).catch((error: unknown) => {
    throw error instanceof PlinthError && UNREADABLE.has(error.code) ? refusedUrl() : error;
  });
  // That of an image begins with the one of its file.
  if (!file.content.startsWith(content)) throw refusedUrl();
  return { ...file, until };
}

/** The content for which the URL was signed: that of the file at the path, unless it is in quarantine. */
async function boundContent(ctx: RequestContext, location: FileLocation, parameters: URLSearchParams): Promise<string> {
  const { engine, principal } = ctx;
  const row = systemCollection(ctx.catalog, "files") && (await findFileAt(ctx, location));
  const content = (row?.content ?? "") as string;
  const network = parameters.has("address") ? networkIn(ctx) : null;
  const request = { ...location, method: "GET", content, network, parameters } as const;
  const bound = signedContent(await revocationsOf(ctx, location), request);
  const isBound = await isUrlSignature(engine, principal.workspaceId, bound, parameters.get(SIGNATURE) ?? "");
  if (!isBound || row?.state !== "ready") throw refusedUrl();
  return content;
}
