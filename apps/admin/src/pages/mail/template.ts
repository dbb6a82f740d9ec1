/** The texts of one kind of message in one language. */
export interface Template {
  readonly name: string;
  readonly channel: "mail" | "sms";
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Whether nobody has written texts of the workspace's own. */
  readonly built_in: boolean;
  /** What `{{name}}` may stand for. */
  readonly variables: readonly string[];
  readonly updated_at: string | null;
}

export type TemplateTexts = Pick<Template, "subject" | "text" | "html">;

/** A language by its own name. */
export function languageName(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
}

/** `verify_email` as people read it. */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
