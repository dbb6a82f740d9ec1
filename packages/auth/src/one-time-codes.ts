import type { GenericEndpointContext } from "@better-auth/core";
import { PlinthError, sameText } from "@plinth/core";
import { generateRandomString, makeSignature } from "better-auth/crypto";

const DIGITS = 6;
/** Wrong codes, after which a new one has to be asked for. */
const MAX_TRIES = 5;

/** What a code is for, and for whom: another purpose has other codes. */
export interface CodePurpose {
  readonly ctx: GenericEndpointContext;
  /** Under which the code is stored, hashed. */
  readonly identifier: string;
  readonly secret: string;
}

/** A new code in place of any before it. Only a keyed hash is stored: one of six digits is found by trying all. */
export async function issueCode(purpose: CodePurpose, expiresAt: number): Promise<string> {
  const { ctx, identifier } = purpose;
  const { internalAdapter } = ctx.context;
  const code = generateRandomString(DIGITS, "0-9");
  const value = `${await hashOf(purpose, code)}:0`;
  await internalAdapter.deleteVerificationByIdentifier(identifier);
  await internalAdapter.createVerificationValue({ identifier, value, expiresAt: new Date(expiresAt) });
  return code;
}

/**
 * Uses a code up, or throws. It is taken out before it is compared: of two requests at the same time, on any server, one
 * alone has it. A wrong one is put back until it was tried too often.
 */
export async function redeemCode(purpose: CodePurpose, code: string): Promise<void> {
  const { ctx, identifier } = purpose;
  const { internalAdapter } = ctx.context;
  const found = await internalAdapter.consumeVerificationValue(identifier);
  const [hash = "", tries = "0"] = found?.value.split(":") ?? [];
  if (found && sameText(hash, await hashOf(purpose, code))) return;
  const tried = Number(tries) + 1;
  if (found && tried < MAX_TRIES) {
    await internalAdapter.createVerificationValue({
      identifier,
      value: `${hash}:${tried}`,
      expiresAt: found.expiresAt,
    });
  }
  throw wrongCode();
}

export function wrongCode(): PlinthError {
  return new PlinthError("INVALID_CODE", undefined, { field: "code" });
}

function hashOf({ identifier, secret }: CodePurpose, code: string): Promise<string> {
  return makeSignature(`${identifier} ${code}`, secret);
}
