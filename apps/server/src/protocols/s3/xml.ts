/** XML that is answered. */
export interface Xml {
  readonly xml: string;
}

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Characters that XML 1.0 has no way to write, and those that a reader would change. */
const UNSAFE = /[&<>"\p{Cc}\ufffe\uffff]/gu;

/** An element with a text, or with others. Undefined: none. */
export function element(name: string, content: string | number | boolean | undefined | readonly Xml[]): Xml {
  if (content === undefined) return { xml: "" };
  const inner = typeof content === "object" ? content.map(({ xml }) => xml).join("") : escaped(String(content));
  return { xml: `<${name}>${inner}</${name}>` };
}

function escaped(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return "\ufffd";
    return ESCAPES[character] ?? (code > 0xfffd ? "\ufffd" : `&#${code};`);
  });
}

/** A document of S3's namespace. */
export function xmlDocument(name: string, content: readonly Xml[]): string {
  const { xml } = element(name, content);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml.replace(`<${name}>`, `<${name} xmlns="${NAMESPACE}">`)}`;
}
