import { parseXml, type XmlElement, XmlError, xmlChildren, xmlTextOf } from "@plinth/core";
import { deleteObjects } from "@plinth/engine";
import { errorElements, S3Error } from "./errors.ts";
import { answerXml, type Operation } from "./operation.ts";
import { readDocument } from "./payload.ts";
import { element } from "./xml.ts";

const MOST_KEYS = 1000;

/** The root element of a body. */
export function documentIn(text: string, name: string): XmlElement {
  try {
    const root = parseXml(text);
    if (root.name === name) return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  throw new S3Error("MalformedXML", `The body must be a document ${name} of S3.`);
}

export const removeObjects: Operation = async (request) => {
  const { c, ctx, grant, bucket, signed } = request;
  const root = documentIn(await readDocument(c, signed), "Delete");
  const objects = xmlChildren(root, "Object");
  if (objects.length === 0 || objects.length > MOST_KEYS)
    throw new S3Error("MalformedXML", `Send 1 to ${MOST_KEYS} keys.`);
  const keys = objects.map((one) => xmlTextOf(one, "Key") ?? "");
  const isQuiet = xmlTextOf(root, "Quiet") === "true";
  const failed = await deleteObjects(ctx, grant, bucket, keys);
  const results = keys.flatMap((key, i) => {
    const error = failed[i];
    if (error) return [element("Error", [element("Key", key), ...errorElements(error)])];
    return isQuiet ? [] : [element("Deleted", [element("Key", key)])];
  });
  return answerXml(request, "DeleteResult", results);
};
