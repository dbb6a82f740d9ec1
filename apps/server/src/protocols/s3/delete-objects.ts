import { parseXml, type XmlElement, XmlError, xmlChildren, xmlTextOf } from "@plinth/core";
import { deleteObjects, deleteObjectVersions, deletionIn, deletionOf } from "@plinth/engine";
import { errorElements, S3Error } from "./errors.ts";
import { answerXml, type Operation } from "./operation.ts";
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
  const isVersion = (one: NamedObject): one is NamedObject & { version: string } => one.version !== undefined;
  const plain = named.filter((one) => !isVersion(one)).map(({ key }) => key);
  const versions = named.filter(isVersion);
  const removed = {
    plain: plain.length === 0 ? [] : await deleteObjects(ctx, grant, bucket, plain),
    versions: versions.length === 0 ? [] : await deleteObjectVersions(ctx, grant, bucket, versions),
  };
  const results: Xml[] = [];
  for (const { key, version } of named) {
    const { error, kept } = (version === undefined ? removed.plain : removed.versions).shift()!;
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

/** A deletion that was made, or taken back. */
function markerElements(version: string | undefined, kept: string | undefined): Xml[] {
  const marker = kept === undefined ? version : deletionOf(kept);
  if (marker === undefined || deletionIn(marker) === undefined) return [];
  return [element("DeleteMarker", true), element("DeleteMarkerVersionId", marker)];
}
