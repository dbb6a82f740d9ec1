import { FileStoreError, parseXml, type XmlElement, XmlError, xmlTextOf } from "@plinth/core";

export { type XmlElement, xmlChildren, xmlTextOf } from "@plinth/core";

/** The root element of what S3 answers. */
export function parseS3Xml(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    throw error instanceof XmlError ? malformed() : error;
  }
}

export function requiredXmlText(element: XmlElement, name: string): string {
  const text = xmlTextOf(element, name);
  if (text === undefined) throw malformed();
  return text;
}

function malformed(): FileStoreError {
  return new FileStoreError("unknown", "S3 answered something that is not its XML");
}
