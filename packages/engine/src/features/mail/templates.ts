import type { MessageChannel } from "../../kernel/outbox.ts";

/** The texts of a message. Variables stand in double braces. */
export interface MailTexts {
  /** Empty in a text message, which has none. */
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

export interface BuiltInTemplate extends MailTexts {
  readonly channel: MessageChannel;
  /** Variables beyond those of every template, with what previews show for them. */
  readonly samples: Readonly<Record<string, string>>;
  /** The one variable that the text is sent for. */
  readonly needs: string;
}

export const DEFAULT_LANGUAGE = "en";

/** What every template of a channel may say: the server's name and address, and the recipient's. */
export const COMMON_VARIABLES = {
  mail: ["app_name", "app_url", "email"],
  sms: ["app_name", "app_url", "phone"],
} as const satisfies Record<MessageChannel, readonly string[]>;

const LINK = "{{url}}";
const CODE = "{{code}}";
const TEXT = "{{text}}";
const IGNORE = "If this was not you, ignore this mail.";

interface English {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly samples: BuiltInTemplate["samples"];
}

/*
 * No variable but those of functions and flows holds a text that a stranger can choose, such as a name: anybody may have a mail sent to anybody's address. The
 * name of a workspace is its operators'.
 */

/** The English texts. A paragraph that is a link or a code stands by itself. */
const ENGLISH = {
  verify_email: {
    subject: "Confirm your email address",
    paragraphs: [
      "Please confirm that {{email}} is your address at {{app_name}}:",
      LINK,
      `The link expires after {{hours}} h. ${IGNORE}`,
    ],
    samples: { url: "{{app_url}}/verify-email?token=sample", hours: "24" },
  },
  account_exists: {
    subject: "You already have an account",
    paragraphs: [
      "Somebody, probably you, tried to sign up at {{app_name}} with {{email}}. This address already has an account. If you have forgotten the password, ask for a new one:",
      LINK,
      IGNORE,
    ],
    samples: { url: "{{app_url}}/forgot-password" },
  },
  reset_password: {
    subject: "Choose a new password",
    paragraphs: [
      "Somebody, probably you, asked for a new password of {{email}} at {{app_name}}. To choose it, open:",
      LINK,
      `The link works once, within {{hours}} h. ${IGNORE} The old password still works.`,
    ],
    samples: { url: "{{app_url}}/reset-password?token=sample", hours: "1" },
  },
  approve_email_change: {
    subject: "Approve your new email address",
    paragraphs: [
      "Your account at {{app_name}} is about to change its address from {{email}} to {{new_email}}. To approve this, open:",
      LINK,
      "The link expires after {{hours}} h. If this was not you, do not open it, and change your password.",
    ],
    samples: {
      url: "{{app_url}}/verify-email?token=sample",
      new_email: "new@example.com",
      hours: "24",
    },
  },
  confirm_new_email: {
    subject: "Confirm your new email address",
    paragraphs: [
      "To use {{email}} for your account at {{app_name}} from now on, open:",
      LINK,
      `The link expires after {{hours}} h. ${IGNORE}`,
    ],
    samples: { url: "{{app_url}}/verify-email?token=sample", hours: "24" },
  },
  magic_link: {
    subject: "Sign in to {{app_name}}",
    paragraphs: ["To sign in as {{email}}, open:", LINK, `The link works once, within {{minutes}} min. ${IGNORE}`],
    samples: { url: "{{app_url}}/sample", minutes: "10" },
  },
  email_code: {
    subject: "Your code for {{app_name}}",
    paragraphs: [
      "Enter this code to sign in as {{email}}:",
      CODE,
      "The code works once, within {{minutes}} min. Nobody from {{app_name}} will ever ask you for it. If you did not ask for it, ignore this mail.",
    ],
    samples: { code: "123456", minutes: "10" },
  },
  second_factor_removed: {
    subject: "Your second factor was removed",
    paragraphs: [
      "An administrator of {{app_name}} has removed the second factor of {{email}}, and has ended all of your sessions. Sign in again, and add a new one:",
      LINK,
      "If you did not ask for this, change your password, and ask the administrator about it.",
    ],
    samples: { url: "{{app_url}}/account/second-factor" },
  },
  invitation: {
    subject: "You are invited to {{app_name}}",
    paragraphs: [
      "{{invited_by}} invites you to {{app_name}}. To accept, open:",
      LINK,
      "The link works once, within {{hours}} h. If you do not know {{invited_by}}, ignore this mail.",
    ],
    samples: { url: "{{app_url}}/sample", invited_by: "operator@example.com", hours: "72" },
  },
  member_invitation: {
    subject: "You are invited to the workspace {{workspace}}",
    paragraphs: [
      "{{invited_by}} invites you to work in {{workspace}} at {{app_name}}, as {{role}}. To accept, open:",
      LINK,
      "The link works once, within {{hours}} h. If you do not know {{invited_by}}, ignore this mail.",
    ],
    samples: {
      url: "{{app_url}}/operator/invitation?token=sample",
      invited_by: "operator@example.com",
      workspace: "Bakery",
      role: "developer",
      hours: "72",
    },
  },
  webhook_disabled: {
    subject: "A webhook was disabled: {{webhook}}",
    paragraphs: [
      "Changes of the workspace {{workspace}} at {{app_name}} are no longer sent to the webhook {{webhook}}: {{reason}}.",
      "Mend its receiver, and enable the webhook again. What waits is kept for some days, and is sent then.",
      LINK,
    ],
    samples: {
      url: "{{app_url}}/admin",
      workspace: "Bakery",
      webhook: "Search index",
      reason: "no message has arrived since 2026-11-25T09:00:00.000Z",
    },
  },
  approval_request: {
    subject: "Your approval is needed",
    paragraphs: [
      TEXT,
      "To approve or to reject this, open:",
      LINK,
      "The link works once, until {{until}}. It is for you alone: whoever has it decides in your name.",
    ],
    samples: {
      url: "{{app_url}}/approval?token=sample",
      text: "May order 7 over 1,200 EUR be shipped?",
      until: "2026-12-01 09:00 UTC",
    },
  },
  function_message: {
    subject: "{{subject}}",
    paragraphs: [TEXT],
    samples: { subject: "Your order 7", text: "It is on its way." },
  },
} as const satisfies Record<string, English>;

/** The English text messages: short, as each 160 characters cost. */
const ENGLISH_SMS = {
  phone_code: {
    text: "{{code}} is your code for {{app_name}}. It works once, within {{minutes}} min. Nobody will ask you for it.",
    samples: { code: "123456", minutes: "10" },
  },
} as const satisfies Record<string, { readonly text: string; readonly samples: BuiltInTemplate["samples"] }>;

export type TemplateName = keyof typeof ENGLISH | keyof typeof ENGLISH_SMS;

/** Every template, with its built-in texts. */
export const TEMPLATES = {
  ...mapped<English>(ENGLISH, ({ subject, paragraphs, samples }) => ({
    channel: "mail",
    subject,
    text: paragraphs.join("\n\n"),
    html: paragraphs.map(htmlOf).join("\n"),
    samples,
    needs: ["url", "text"].find((name) => name in samples) ?? "code",
  })),
  ...mapped<(typeof ENGLISH_SMS)["phone_code"]>(ENGLISH_SMS, ({ text, samples }) => ({
    channel: "sms",
    subject: "",
    text,
    html: null,
    samples,
    needs: "code",
  })),
} as Readonly<Record<TemplateName, BuiltInTemplate>>;

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];

export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(TEMPLATES, name);
}

/** By what messages of a template are sent. */
export function channelOf(name: string): MessageChannel {
  return isTemplateName(name) ? TEMPLATES[name].channel : "mail";
}

/** Every variable that a template may use. */
export function variablesOfTemplate(name: TemplateName): string[] {
  const { channel, samples } = TEMPLATES[name];
  return [...COMMON_VARIABLES[channel], ...Object.keys(samples)];
}

function mapped<Text>(texts: Readonly<Record<string, Text>>, complete: (text: Text) => BuiltInTemplate) {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, complete(text)]));
}

function htmlOf(paragraph: string): string {
  if (paragraph === TEXT) return `<p style="white-space:pre-line">${TEXT}</p>`;
  if (paragraph === LINK) return `<p><a href="${LINK}">${LINK}</a></p>`;
  return paragraph === CODE
    ? `<p style="font-size:1.5em;letter-spacing:.1em"><b>${CODE}</b></p>`
    : `<p>${paragraph}</p>`;
}
