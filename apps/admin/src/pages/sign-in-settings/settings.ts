import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** The sections and settings of `GET /api/auth-settings`. */
export type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Described {
  readonly name: string;
  readonly label: MessageDescriptor;
  readonly note?: MessageDescriptor;
  /** A setting without which this one means nothing. */
  readonly when?: string;
}

export type Setting = Described &
  (
    | { readonly kind: "text" | "secret" | "color"; readonly placeholder?: string; readonly maxLength?: number }
    /** Texts, one in a line. */
    | { readonly kind: "list"; readonly placeholder?: string }
    | { readonly kind: "number"; readonly min: number; readonly max: number }
    | { readonly kind: "switch" }
    | {
        readonly kind: "choice";
        readonly options: readonly { readonly value: string; readonly label: MessageDescriptor }[];
      }
    | {
        readonly kind: "choices";
        readonly options: readonly { readonly value: string; readonly label: MessageDescriptor }[];
      }
  );

export interface Section {
  readonly name: string;
  readonly title: MessageDescriptor;
  readonly note: MessageDescriptor;
  readonly settings: readonly Setting[];
}

/** Sections as tabs show them, in the order in which an app needs them. */
export const SECTIONS: readonly Section[] = [
  {
    name: "sign_up",
    title: msg`Sign-up`,
    note: msg`Who may make an account in this workspace.`,
    settings: [
      {
        name: "mode",
        kind: "choice",
        label: msg`New accounts`,
        options: [
          { value: "open", label: msg`Everybody` },
          { value: "invite", label: msg`People with an invitation` },
          { value: "closed", label: msg`Nobody` },
        ],
      },
      {
        name: "domains",
        kind: "list",
        label: msg`Domains`,
        note: msg`Only addresses of these domains may sign up without an invitation. Empty: all.`,
        placeholder: "example.com",
      },
    ],
  },
  {
    name: "email",
    title: msg`Email`,
    note: msg`Whether an address must be confirmed.`,
    settings: [
      {
        name: "verification",
        kind: "choice",
        label: msg`Confirmed address`,
        options: [
          { value: "optional", label: msg`Not needed to sign in` },
          { value: "required", label: msg`Needed before the first sign-in` },
        ],
      },
    ],
  },
  {
    name: "passwords",
    title: msg`Passwords`,
    note: msg`What a new password must be like.`,
    settings: [
      { name: "min_length", kind: "number", min: 8, max: 64, label: msg`Least characters` },
      {
        name: "refuse_common",
        kind: "switch",
        label: msg`Refuse the commonest passwords`,
        note: msg`And the address of the account as its password.`,
      },
    ],
  },
  {
    name: "sessions",
    title: msg`Sessions`,
    note: msg`How long somebody stays signed in.`,
    settings: [
      { name: "idle_hours", kind: "number", min: 1, max: 87_600, label: msg`Hours after the last use` },
      { name: "max_hours", kind: "number", min: 1, max: 87_600, label: msg`Hours in all, even if in use` },
      {
        name: "step_up_minutes",
        kind: "number",
        min: 1,
        max: 1440,
        label: msg`Minutes for sensitive acts`,
        note: msg`After a sign-in. Later they need a fresh proof.`,
      },
    ],
  },
  {
    name: "phone",
    title: msg`Phone`,
    note: msg`Sign-in by a code in a text message.`,
    settings: [
      { name: "sign_in", kind: "switch", label: msg`Sign in by phone` },
      { name: "sign_up", kind: "switch", label: msg`A new number makes an account` },
      {
        name: "countries",
        kind: "list",
        label: msg`Countries`,
        note: msg`Prefixes to which codes are sent. Empty: all.`,
        placeholder: "+49",
      },
      { name: "max_per_day", kind: "number", min: 1, max: 1_000_000, label: msg`Most messages a day` },
    ],
  },
  {
    name: "anonymous",
    title: msg`Anonymous users`,
    note: msg`People who use the app before they have an account. They keep their data when they make one.`,
    settings: [
      { name: "sign_in", kind: "switch", label: msg`Allow anonymous users` },
      { name: "max_per_hour", kind: "number", min: 1, max: 100_000, label: msg`Most of one address in an hour` },
      { name: "max_per_day", kind: "number", min: 1, max: 10_000_000, label: msg`Most of all in a day` },
      { name: "keep_days", kind: "number", min: 1, max: 3650, label: msg`Days without activity until deletion` },
    ],
  },
  {
    name: "redirects",
    title: msg`Addresses`,
    note: msg`Where users go on after they have signed in.`,
    settings: [
      { name: "site_url", kind: "text", label: msg`Your app`, placeholder: "https://app.example.com" },
      {
        name: "urls",
        kind: "list",
        label: msg`Further pages that a request may name`,
        note: msg`In full, one in a line. Paths of this server are always allowed.`,
        placeholder: "https://app.example.com/welcome",
      },
    ],
  },
  {
    name: "pages",
    title: msg`Pages`,
    note: msg`How the sign-in pages of this server look.`,
    settings: [
      { name: "name", kind: "text", maxLength: 80, label: msg`Name`, note: msg`Empty: that of the workspace.` },
      { name: "logo_url", kind: "text", label: msg`Logo`, placeholder: "https://example.com/logo.svg" },
      {
        name: "accent",
        kind: "color",
        label: msg`Colour`,
        note: msg`Of buttons and links; made darker or lighter where it could not be read.`,
        placeholder: "#b4532a",
      },
      { name: "privacy_url", kind: "text", label: msg`Privacy policy`, placeholder: "https://example.com/privacy" },
    ],
  },
  {
    name: "terms",
    title: msg`Terms`,
    note: msg`What users agree to. With a new version they are asked again.`,
    settings: [
      { name: "url", kind: "text", label: msg`Address`, placeholder: "https://example.com/terms" },
      { name: "version", kind: "text", label: msg`Version`, placeholder: "2026-11" },
    ],
  },
  {
    name: "own_account",
    title: msg`Own account`,
    note: msg`Whether users may delete their accounts, and what becomes of their items.`,
    settings: [
      {
        name: "deletion",
        kind: "choice",
        label: msg`Deletion by the user`,
        options: [
          { value: "off", label: msg`Not allowed` },
          { value: "release", label: msg`Items stay, without an owner` },
          { value: "delete", label: msg`Items are deleted too` },
        ],
      },
    ],
  },
  {
    name: "tokens",
    title: msg`Access tokens`,
    note: msg`Access tokens (JWT) of users, for servers of your own.`,
    settings: [
      { name: "access_token_minutes", kind: "number", min: 1, max: 60, label: msg`Minutes for which one is valid` },
      { name: "audience", kind: "text", label: msg`Audience`, note: msg`The claim aud. Empty: the issuer.` },
    ],
  },
  {
    name: "hooks",
    title: msg`Hooks`,
    note: msg`Programs of yours that are asked, at https addresses, or functions, as function:NAME. Requests are signed.`,
    settings: [
      { name: "before_sign_up", kind: "text", label: msg`Before an account is made`, placeholder: "https://" },
      {
        name: "sign_up_fields",
        kind: "list",
        when: "before_sign_up",
        label: msg`What its answer may store of the account`,
        note: msg`\`name\`, \`image\`, or fields that you have added to users, one in a line. Empty: nothing.`,
        placeholder: "name",
      },
      { name: "after_sign_in", kind: "text", label: msg`After a sign-in`, placeholder: "https://" },
      { name: "password_check", kind: "text", label: msg`At each attempt with a password`, placeholder: "https://" },
      { name: "token_claims", kind: "text", label: msg`For the claims of a token`, placeholder: "https://" },
      { name: "file_scan", kind: "text", label: msg`Before a new file can be read`, placeholder: "https://" },
    ],
  },
  {
    name: "captcha",
    title: msg`Challenges`,
    note: msg`A challenge that programs cannot solve, by a provider.`,
    settings: [
      {
        name: "provider",
        kind: "choice",
        label: msg`Provider`,
        options: [
          { value: "", label: msg`None` },
          { value: "turnstile", label: msg`Turnstile` },
          { value: "hcaptcha", label: msg`hCaptcha` },
        ],
      },
      { name: "site_key", when: "provider", kind: "text", label: msg`Site key` },
      {
        name: "secret",
        when: "provider",
        kind: "secret",
        label: msg`Secret key`,
        note: msg`It is stored encrypted.`,
      },
      {
        name: "required_for",
        when: "provider",
        kind: "choices",
        label: msg`Asked for`,
        options: [
          { value: "sign_up", label: msg`Sign-up` },
          { value: "sign_in", label: msg`Sign-in` },
          { value: "codes", label: msg`Codes and links in messages` },
          { value: "reset", label: msg`A new password` },
        ],
      },
      {
        name: "hostnames",
        when: "provider",
        kind: "list",
        label: msg`Host names`,
        note: msg`Pages that may show it. Empty: all.`,
      },
    ],
  },
];

/** What differs between two states of a section. */
export function changesOf(stored: Settings[string], draft: Settings[string]): Record<string, unknown> {
  const names = Object.keys(draft).filter((name) => JSON.stringify(draft[name]) !== JSON.stringify(stored[name]));
  return Object.fromEntries(names.map((name) => [name, draft[name]]));
}
