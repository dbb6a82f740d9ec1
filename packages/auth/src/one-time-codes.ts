import type { GenericEndpointContext } from "@better-auth/core";
import { PlinthError, sameText } from "@plinth/core";
import { generateRandomString, makeSignature } from "better-auth/crypto";
import { requestSourceOf } from "./address-header.ts";
import type { CodeAskers } from "./auth-messages.ts";

const DIGITS = 6;

/** What a code is for, and for whom: another purpose has other codes. */
export interface CodePurpose {
  readonly ctx: GenericEndpointContext;
  /** Under which codes are stored, hashed. */
  readonly identifier: string;
  readonly secret: string;
  /** Wrong codes of an asker, after which a new one has to be asked for. */
  readonly tries: number;
  /** Of the request, that has the code. */
  readonly field: string;
}

/** Who enters a code. */
export interface CodeEntry {
  readonly code: string;
  /** As in `issueCode`. */
  readonly asker: string;
  /** Counts a try of the code that another asker has. False: there were too many. Absent: nobody else enters it. */
  readonly countTry?: (() => Promise<boolean>) | undefined;
}

/** The entry of a code that was sent to somebody. */
export async function entryOf(
  askers: CodeAskers | undefined,
  { headers }: GenericEndpointContext,
  { to, code }: { readonly to: string; readonly code: string },
): Promise<CodeEntry> {
  if (!askers) return { code, asker: "" };
  const asker = await askers.askerOf(to, requestSourceOf(headers ?? new Headers()));
  return { code, asker, countTry: () => askers.countTry(to) };
}

/**
 * A new code in place of the asker's before. Each asker has one: else a stranger who asks for codes to somebody, or enters wrong ones,
 * would end those of the recipient. Only a keyed hash is stored: one of six digits is found by trying all.
 */
export async function issueCode(purpose: CodePurpose, asker: string, expiresAt: number): Promise<string> {
  const code = generateRandomString(DIGITS, "0-9");
  const owner = await ownerOf(purpose, asker);
  await replace(purpose, nameOf(purpose, owner), `${await hashOf(purpose, code)}:0`, expiresAt);
  await replace(purpose, newestOf(purpose), owner, expiresAt);
  return code;
}

/** Uses a code up, or throws. Whoever has asked for none here tries the newest one. */
export async function redeemCode(purpose: CodePurpose, entry: CodeEntry): Promise<void> {
  const { asker, code, countTry } = entry;
  const owner = await ownerOf(purpose, asker);
  const tried = await tryCode(purpose, owner, code);
  if (tried === "right") return;
  if (tried === "none" && countTry) {
    const newest = await purpose.ctx.context.internalAdapter.findVerificationValue(newestOf(purpose));
    const isOthers = newest !== null && newest.value !== owner;
    if (isOthers && (await countTry()) && (await isCodeOf(purpose, newest.value, code))) {
      if ((await tryCode(purpose, newest.value, code)) === "right") return;
    }
  }
  throw wrongCode(purpose.field);
}

/**
 * A code is taken out before it is compared: of two requests at the same time, on any server, one alone has it. A wrong one is put
 * back until it was tried too often.
 */
async function tryCode(purpose: CodePurpose, owner: string, code: string): Promise<"right" | "wrong" | "none"> {
  const { internalAdapter } = purpose.ctx.context;
  const identifier = nameOf(purpose, owner);
  const found = await internalAdapter.consumeVerificationValue(identifier);
  if (!found) return "none";
  const [hash = "", tries = "0"] = found.value.split(":");
  if (sameText(hash, await hashOf(purpose, code))) return "right";
  const tried = Number(tries) + 1;
  if (tried < purpose.tries) {
    const { expiresAt } = found;
    await internalAdapter.createVerificationValue({ identifier, value: `${hash}:${tried}`, expiresAt });
  }
  return "wrong";
}

/** Leaves the code where it is: a stranger's tries have a count of their own, and touch nothing that the owner enters or asks for anew. */
async function isCodeOf(purpose: CodePurpose, owner: string, code: string): Promise<boolean> {
  const found = await purpose.ctx.context.internalAdapter.findVerificationValue(nameOf(purpose, owner));
  return found !== null && sameText(found.value.split(":")[0]!, await hashOf(purpose, code));
}

export function wrongCode(field = "code"): PlinthError {
  return new PlinthError("INVALID_CODE", undefined, { field });
}

async function replace({ ctx }: CodePurpose, identifier: string, value: string, expiresAt: number): Promise<void> {
  const { internalAdapter } = ctx.context;
  await internalAdapter.deleteVerificationByIdentifier(identifier);
  await internalAdapter.createVerificationValue({ identifier, value, expiresAt: new Date(expiresAt) });
}

/** Holds whose code is the newest. */
function newestOf({ identifier }: CodePurpose): string {
  return `${identifier} newest`;
}

/** An asker may be a network: it is not stored as it is. */
function ownerOf({ identifier, secret }: CodePurpose, asker: string): Promise<string> {
  return makeSignature(`${identifier} by ${asker}`, secret);
}

function nameOf({ identifier }: CodePurpose, owner: string): string {
  return `${identifier} by ${owner}`;
}

function hashOf({ identifier, secret }: CodePurpose, code: string): Promise<string> {
  return makeSignature(`${identifier} ${code}`, secret);
}
