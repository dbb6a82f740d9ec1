import { requireAccount } from "@plinth/engine";
import * as z from "@plinth/engine/zod";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { json } from "../../http/answer.ts";
import { readJson } from "../../http/body.ts";
import { parseValue } from "../../http/validate.ts";

const body = z.strictObject({ text: z.string().min(1).max(500) });

/** `POST /account/qr`: a text as a QR code. In a body, because the text is the secret of an authenticator app. */
export async function qrCode(c: Context<AppEnv>): Promise<Response> {
  requireAccount(c.env.principal);
  const { text } = parseValue(body, await readJson(c));
  const { renderSVG } = await import("uqr");
  return json(c, { svg: renderSVG(text, { border: 2 }) });
}
