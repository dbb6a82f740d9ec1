import type { Engine } from "../../kernel/engine.ts";
import { textCipher } from "../../kernel/text-cipher.ts";

interface SettingAddress {
  readonly workspaceId: string;
  readonly section: string;
  readonly name: string;
}

/** Stands for a secret in answers; in a request, it leaves the secret as it is. */
export const SECRET_MASK = "***";
/** So that it fits where it is stored, encrypted. */
export const MAX_SECRET = 1000;

const cipher = textCipher("auth settings");

export function encryptedSetting(engine: Engine, at: SettingAddress, secret: string): Promise<string> {
  return cipher.encrypt(engine, idOf(at), secret);
}

/** Undefined: `PLINTH_SECRET` has changed. */
export function decryptedSetting(engine: Engine, at: SettingAddress, stored: string): Promise<string | undefined> {
  return cipher.decrypt(engine, idOf(at), stored).catch(() => undefined);
}

const idOf = ({ workspaceId, section, name }: SettingAddress): string => `${workspaceId} ${section}.${name}`;
