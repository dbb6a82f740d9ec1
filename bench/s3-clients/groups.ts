/** The conformance cases of versitygw by groups, and which of them are about what this endpoint does not offer. */

interface CaseGroup {
  readonly group: string;
  /** Of the names of its cases. */
  readonly cases: RegExp;
  /** Of the client, for each case. */
  readonly options?: readonly string[];
}

export const GROUPS: readonly CaseGroup[] = [
  { group: "signatures", cases: /^(?:Authentication|PresignedAuth)_/ },
  { group: "bodies in pieces", cases: /^(?:Uns|S)ignedStream\w+Payload/ },
  { group: "buckets", cases: /^(?:CreateBucket|HeadBucket|ListBuckets|DeleteBucket|GetBucketLocation)_/ },
  { group: "GetObject, HeadObject", cases: /^(?:GetObject|HeadObject)_/ },
  { group: "GetObjectAttributes", cases: /^GetObjectAttributes_/ },
  { group: "PutObject", cases: /^PutObject_/ },
  { group: "CopyObject", cases: /^CopyObject_/ },
  { group: "DeleteObject, DeleteObjects", cases: /^DeleteObjects?_/ },
  { group: "lists", cases: /^ListObjects(?:V2)?_/ },
  { group: "tags", cases: /^(?:Put|Get|Delete)ObjectTagging_/ },
  {
    group: "uploads in parts",
    cases:
      /^(?:CreateMultipartUpload|UploadPart|UploadPartCopy|ListParts|ListMultipartUploads|AbortMultipartUpload|CompleteMultipartUpload)_/,
  },
  {
    group: "versions",
    cases: /^(?:(?:Put|Get)BucketVersioning|ListObjectVersions|Versioning)_/,
    options: ["--versioning-enabled"],
  },
];

/** By the names of cases. */
const NOT_OFFERED: readonly (readonly [cases: RegExp, reason: string])[] = [
  [/WORM|lock|[Rr]etention|[Ll]egal_?[Hh]old|retain_until/, "locks of objects"],
  [
    /acl|ownership|_as_user|as_admin|_policy|AccessControl|no_access|_public$|not_owned|invalid_credentials/i,
    "access control lists and policies",
  ],
  [/^CreateBucket_(?:long_tags|invalid_tags|duplicate_keys|tag_count_limit)/, "tags of buckets"],
  [/website_redirect/, "websites"],
];

/** Undefined: it is about what is offered. */
export function whyNotOffered(name: string): string | undefined {
  return NOT_OFFERED.find(([cases]) => cases.test(name))?.[1];
}
