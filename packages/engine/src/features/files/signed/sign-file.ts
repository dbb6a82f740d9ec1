import { invalid, PlinthError, type Principal, parseIp, variablesOf } from "@plinth/core";
import { networkOf } from "../../../identity/client-address.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { type FileLocation, normalLocation } from "../file-items.ts";
import { imageEditSchema } from "../image-presets.ts";
import { imageEditOf } from "../images/index.ts";
import { requireReadableFile } from "../read-file.ts";
import {
  fileAddress,
  MOST_SECONDS,
  networkIn,
  publicUrl,
  revocationsOf,
  SIGNATURE,
  signedContent,
} from "./signed-url.ts";
import { openSigner, sealedSigner } from "./signer.ts";
import { urlSignature } from "./url-signature.ts";

export const signFileSchema = z.strictObject({
  bucket: z.string(),
  path: z.string(),
  method: z.literal("GET").default("GET").describe("`GET`, with which `HEAD` goes"),
  expires_in: z.int().min(1).max(MOST_SECONDS).describe("Seconds for which the URL is good, up to seven days"),
  disposition: z
    .enum(["inline", "attachment"])
    .optional()
    .describe("Whether a browser shows the file or saves it, as for reading it"),
  image: z
    .strictObject({ preset: z.string().max(40).optional(), ...imageEditSchema.shape })
    .optional()
    .describe("An image made of the file, in place of the file: its parameters, as for reading it"),
  address: z.string().max(100).optional().describe("The IP address of the only client that may use the URL"),
});

export interface SignedUrl {
  url: string;
  expires_at: string;
}

/** A URL by which anybody reads the bytes that a file has now, as long as its signer may. */
export async function signFile(ctx: RequestContext, input: z.output<typeof signFileSchema>): Promise<SignedUrl> {
  const { method, disposition, image } = input;
  const location = normalLocation(input);
  const content = await signableContent(ctx, location, image);
  const network = input.address === undefined ? null : requireNetwork(ctx, input.address);
  const signer = await sealedSigner(ctx);
  await requireLastingRight(ctx, location, signer);
  const expires = expiresAt(ctx, input.expires_in);
  const parameters = new URLSearchParams({
    ...(disposition && { disposition }),
    ...Object.fromEntries(Object.entries(image ?? {}).map(([name, value]) => [name, String(value)])),
    expires: String(expires),
    ...(network !== null && { address: "bound" }),
    signer,
  });
  const { workspaceId } = ctx.principal;
  const bound = signedContent(await revocationsOf(ctx, location), {
    ...location,
    method,
    content,
    network,
    parameters,
  });
  parameters.set(SIGNATURE, await urlSignature(ctx.engine, workspaceId, bound));
  return {
    url: publicUrl(ctx, `${fileAddress(location)}?${parameters}`),
    expires_at: new Date(expires * 1000).toISOString(),
  };
}

/** The content of a file that the caller may read, and of which it may have that image made. */
async function signableContent(
  ctx: RequestContext,
  location: FileLocation,
  image: z.output<typeof signFileSchema>["image"],
): Promise<string> {
  const { row, bucket } = await requireReadableFile(ctx, location);
  if (image) {
    const { preset, ...edit } = image;
    imageEditOf(ctx, bucket, { preset, edit });
  }
  if (row.state === "ready") return row.content as string;
  throw new PlinthError("CONFLICT", "The file is in quarantine: no URL can be signed for it.", { field: "path" });
}

/** The URL is good by the rights of the account, which may be less than those of a token. */
async function requireLastingRight(ctx: RequestContext, location: FileLocation, signer: string): Promise<void> {
  const principal = await openSigner(ctx, signer);
  const lasting = principal && (await requireReadableFile(as(ctx, principal), location).catch(() => undefined));
  if (lasting) return;
  const message = "You may read this file by what your token says alone, which a URL cannot: sign with a key.";
  throw new PlinthError("FORBIDDEN", message);
}

export function as(ctx: RequestContext, principal: Principal): RequestContext {
  return { ...ctx, principal, variables: variablesOf(principal, ctx.now) };
}

/** In seconds. The user of another issuer is known no longer than its token says. */
function expiresAt({ now, principal }: RequestContext, seconds: number): number {
  const until = principal.issuer?.until ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.floor(now / 1000) + seconds, Math.floor(until / 1000));
}

function requireNetwork(ctx: RequestContext, address: string): string {
  if (!parseIp(address)) throw invalid("address", "must be an IP address, such as 203.0.113.7");
  if (networkIn(ctx) === null) throw invalid("address", "cannot be checked: this server does not know its clients'");
  return networkOf(address);
}
