import { PlinthError, parseXml, type XmlElement, XmlError, xmlChildren, xmlTextOf } from "@plinth/core";
import {
  type DeletedObject,
  deleteObjects,
  deleteObjectVersion,
  deletionIn,
  deletionOf,
  requireVersionId,
} from "@plinth/engine";
import { errorElements, S3Error } from "./errors.ts";
import { answerXml, type ObjectRequest, type Operation } from "./operation.ts";
import { readDocument } from "./payload.ts";
import { element, type Xml } from "./xml.ts";

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
  const named = objects.map((one): NamedObject => {
    const version = xmlTextOf(one, "VersionId");
    return { key: xmlTextOf(one, "Key") ?? "", version: version === "null" ? undefined : version };
  });
  const isQuiet = xmlTextOf(root, "Quiet") === "true";
  const plain = named.filter(({ version }) => version === undefined);
  const deleted =
    plain.length === 0
      ? []
      : await deleteObjects(
          ctx,
          grant,
          bucket,
          plain.map(({ key }) => key),
        );
  const results: Xml[] = [];
  for (const one of named) {
    const { error, kept } = one.version === undefined ? deleted.shift()! : await removeVersion(request, one);
    const { key, version } = one;
    const about = [element("Key", key), element("VersionId", version)];
    if (error) results.push(element("Error", [...about, ...errorElements(error)]));
    else if (!isQuiet) results.push(element("Deleted", [...about, ...markerElements(version, kept)]));
  }
  return answerXml(request, "DeleteResult", results);
};

interface NamedObject {
  readonly key: string;
  readonly version: string | undefined;
}

async function removeVersion(
  { ctx, grant, bucket }: ObjectRequest,
  { key, version = "" }: NamedObject,
): Promise<DeletedObject> {
  try {
    requireVersionId(version);
    await deleteObjectVersion(ctx, grant, { bucket, path: key, version });
    return { error: undefined, kept: undefined };
  } catch (error) {
    if (error instanceof PlinthError) return { error, kept: undefined };
    throw error;
  }
}

/** A deletion that was made, or taken back. */
function markerElements(version: string | undefined, kept: string | undefined): Xml[] {
  const marker = kept === undefined ? version : deletionOf(kept);
  if (marker === undefined || deletionIn(marker) === undefined) return [];
  return [element("DeleteMarker", true), element("DeleteMarkerVersionId", marker)];
}
