import type { Row } from "@plinth/core";
import { splitFilePath } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasId } from "../../../read/conditions.ts";
import { findBuiltIn } from "../../../write/built-in-items.ts";
import { contentsCollection } from "../contents.ts";
import { type FileLocation, normalLocation } from "../file-items.ts";
import { storeOf } from "../object-store.ts";
import { type OpenedFile, openedContent } from "../read-file.ts";
import { expiredUrl, fileAddress, publicUrl, refusedUrl, SIGNATURE } from "../signed/signed-url.ts";
import { isUrlSignature, type Signed, urlSignature } from "../signed/url-signature.ts";
import { findUnaccepted } from "./repository.ts";

/** The parameter of a URL that is signed for the scanner. */
export const SCAN = "scan";
const GOOD_FOR_SECONDS = 600;

/** What is signed: no other URL begins with this word. */
const signedScan = ({ bucket, path }: FileLocation, content: string, expires: string): Signed[] => [
  SCAN,
  bucket,
  path,
  content,
  expires,
];

/** By which the scanner reads the bytes, although they are in quarantine. */
export async function scanUrl(ctx: RequestContext, file: Row): Promise<{ url: string; url_expires_at: string }> {
  const { engine, principal } = ctx;
  const location = { bucket: file.bucket as string, path: file.path as string };
  const content = file.content as string;
  const until = Math.floor(engine.clock.now() / 1000) + GOOD_FOR_SECONDS;
  const signature = await urlSignature(engine, principal.workspaceId, signedScan(location, content, String(until)));
  const parameters = new URLSearchParams({ [SCAN]: content, expires: String(until), [SIGNATURE]: signature });
  return {
    url: publicUrl(ctx, `${fileAddress(location)}?${parameters}`),
    url_expires_at: new Date(until * 1000).toISOString(),
  };
}

/** The bytes for the scanner, as long as it has not decided. */
export async function openForScanner(
  ctx: RequestContext,
  given: FileLocation,
  parameters: URLSearchParams,
): Promise<OpenedFile> {
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  const location = normalLocation(given);
  const [content, expires] = [parameters.get(SCAN) ?? "", parameters.get("expires") ?? ""];
  const signed = signedScan(location, content, expires);
  if (!(await isUrlSignature(engine, workspaceId, signed, parameters.get(SIGNATURE) ?? ""))) throw refusedUrl();
  const until = Number(expires) * 1000;
  if (!(until > ctx.now)) throw expiredUrl();
  const waiting = await findUnaccepted(driver, content);
  if (waiting?.workspaceId !== workspaceId || waiting.refusedAt !== null) throw refusedUrl();
  const contents = contentsCollection(ctx);
  const [row] = await findBuiltIn(ctx, contents, { where: hasId(contents, content), limit: 1 });
  if (!row) throw refusedUrl();
  const file = openedContent(ctx, await storeOf(engine), {
    name: splitFilePath(location.path).name,
    content,
    changedAt: row.created_at as string,
    size: row.size as number,
    contentType: row.content_type as string,
    publicFor: undefined,
  });
  return { ...file, until };
}
