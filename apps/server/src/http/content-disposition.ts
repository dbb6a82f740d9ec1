/** The header `Content-Disposition` of RFC 6266. Names in other letters than ASCII are encoded as RFC 8187 says. */
export function contentDisposition(kind: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, "_").replace(/["\\%]/g, "_");
  const quoted = `${kind}; filename="${plain}"`;
  if (plain === name) return quoted;
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${quoted}; filename*=UTF-8''${encoded}`;
}

/** What the reader asks for. */
export type AskedDisposition = "inline" | "attachment" | undefined;

/** What browsers show without running any of it as a page: all else is a download. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|apng|bmp|heic|heif|tiff|x-icon|vnd\.microsoft\.icon)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/plain)$/;

/** PDF can hold scripts of its own, so it is shown only to whoever asks for it. */
export function dispositionOf(contentType: string, asked: AskedDisposition): "inline" | "attachment" {
  if (asked === "attachment") return asked;
  if (SHOWN.test(contentType)) return "inline";
  return contentType === "application/pdf" && asked === "inline" ? "inline" : "attachment";
}

/** https://mimesniff.spec.whatwg.org/#javascript-mime-type */
const SCRIPT = /^(?:text|application)\/(?:x-)?(?:java|ecma|live|j)script(?:1\.\d)?$/;

/**
 * The media type with which bytes are sent. A page of this origin may run scripts of it, so none of its files is one; with `nosniff`, browsers
 * believe that. They would read text in whatever encoding is common where their user lives.
 */
export function sentType(contentType: string): string {
  const type = SCRIPT.test(contentType) ? "text/plain" : contentType;
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
