export type ImageSource =
  | { readonly kind: "shown"; readonly src: string }
  /** The page's policy loads nothing from elsewhere. */
  | { readonly kind: "elsewhere"; readonly address: string }
  | { readonly kind: "none" };

/** Whether an image is one that the page may load: of its own origin, or in the address itself. */
export function imageSource(value: unknown, base: string): ImageSource {
  if (typeof value !== "string" || value.trim() === "") return { kind: "none" };
  const text = value.trim();
  if (/^data:image\/[\w.+-]+[;,]/i.test(text)) return { kind: "shown", src: text };
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  const isAddress = /^(https?:)?\/\//i.test(text) || text.startsWith("/");
  if (url && isAddress && url.origin === new URL(base).origin) return { kind: "shown", src: url.href };
  return { kind: "elsewhere", address: text.length > 200 ? `${text.slice(0, 200)}…` : text };
}
