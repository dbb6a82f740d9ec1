import type { OAuth2UserInfo } from "@better-auth/core/oauth2";
import { isPlaceholderAddress } from "@plinth/core";

/** Who somebody is at a provider: the verified claims, in the terms of OpenID Connect. */
export interface Profile extends Record<string, unknown> {
  readonly sub: string;
}

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/;
const MAX_NAME = 200;
const MAX_SUBJECT = 255;

/** Undefined where there is no usable subject. */
export function profileOf(claims: Record<string, unknown>): Profile | undefined {
  const { sub } = claims;
  return typeof sub === "string" && sub.length > 0 && sub.length <= MAX_SUBJECT ? { ...claims, sub } : undefined;
}

/** The user as an account here has it. Whatever has not the right form is left out. */
export function userOf(profile: Profile, trustEmail: boolean): OAuth2UserInfo {
  const email = emailOf(profile.email);
  return {
    email,
    emailVerified: trustEmail && isVerified(profile.email_verified),
    name: nameOf(profile) || (email?.split("@")[0] ?? ""),
    image: imageOf(profile.picture),
  };
}

/** The claim `email_verified`, which some issuers write as a string. */
export function isVerified(claim: unknown): boolean {
  return claim === true || claim === "true";
}

function emailOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !EMAIL.test(value) || isPlaceholderAddress(value)) return undefined;
  return value.toLowerCase();
}

function nameOf({ name, given_name, family_name, preferred_username }: Profile): string {
  const whole = [given_name, family_name].filter((part) => typeof part === "string").join(" ");
  const found = [name, whole, preferred_username].find((text) => typeof text === "string" && text.trim() !== "");
  const text = String(found ?? "").replace(/\p{Cc}/gu, " ");
  return text.slice(0, MAX_NAME).trim();
}

function imageOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > 2000) return undefined;
  return URL.parse(value)?.protocol === "https:" ? value : undefined;
}
