import { s3Call } from "../s3-calls.ts";
import { type Door, doors, OPENS, type SoughtFile } from "./door.ts";

const at = ({ bucket, path }: SoughtFile, query = ""): string => `/s3/${bucket}/${path}${query}`;
const version = (sought: SoughtFile, query = ""): string => at(sought, `?versionId=${sought.content}${query}`);
const attributes = { headers: { "x-amz-object-attributes": "ETag,Checksum,ObjectParts,ObjectSize" } };

/** By access keys, whose prefix decides: those of strangers are for another folder. */
export const S3_DOORS: readonly Door[] = [
  ...doors(
    "GET /s3/:path+",
    {
      "the object": (sought, keys) => s3Call(keys, "GET", at(sought)),
      HEAD: (sought, keys) => s3Call(keys, "HEAD", at(sought)),
      "a range": (sought, keys) => s3Call(keys, "GET", at(sought), { headers: { range: "bytes=0-3" } }),
      "If-None-Match with its tag": (sought, keys) =>
        s3Call(keys, "GET", at(sought), { headers: { "if-none-match": "*" } }),
      "the version of its bytes": (sought, keys) => s3Call(keys, "GET", version(sought)),
      "HEAD of the version": (sought, keys) => s3Call(keys, "HEAD", version(sought)),
      "its attributes": (sought, keys) => s3Call(keys, "GET", at(sought, "?attributes="), attributes),
      "attributes of the version": (sought, keys) => s3Call(keys, "GET", version(sought, "&attributes="), attributes),
      "tags of the version": (sought, keys) => s3Call(keys, "GET", version(sought, "&tagging=")),
      "versions in its folder": ({ bucket, folder }, keys) =>
        s3Call(keys, "GET", `/s3/${bucket}?prefix=${folder}%2F&versions=`),
      "its folder": ({ bucket, folder }, keys) => s3Call(keys, "GET", `/s3/${bucket}?list-type=2&prefix=${folder}%2F`),
      "its folder, in the first form": ({ bucket, folder }, keys) =>
        s3Call(keys, "GET", `/s3/${bucket}?prefix=${folder}%2F`),
    },
    OPENS,
  ),
  ...doors("GET /s3/:path+", {
    "the bucket": ({ bucket }, keys) => s3Call(keys, "GET", `/s3/${bucket}?list-type=2`),
    "its tags": (sought, keys) => s3Call(keys, "GET", at(sought, "?tagging")),
    "its parts": (sought, keys) => s3Call(keys, "GET", at(sought, "?uploadId=x")),
  }),
  ...doors("GET /s3", { "the buckets": (_, keys) => s3Call(keys, "GET", "/s3") }),
  ...doors("GET /s3/", { "the buckets": (_, keys) => s3Call(keys, "GET", "/s3/") }),
  ...doors("PUT /s3/:path+", {
    "a copy": (sought, keys) =>
      s3Call(keys, "PUT", `/s3/${sought.bucket}/open/copy.txt`, {
        headers: { "x-amz-copy-source": `/${sought.bucket}/${sought.path}` },
      }),
    "a copy of the version": (sought, keys) =>
      s3Call(keys, "PUT", `/s3/${sought.bucket}/open/copy.txt`, {
        headers: { "x-amz-copy-source": `/${sought.bucket}/${sought.path}?versionId=${sought.content}` },
      }),
    "a copy of the version at an open path": (sought, keys) =>
      s3Call(keys, "PUT", `/s3/${sought.bucket}/open/copy.txt`, {
        headers: { "x-amz-copy-source": `/${sought.bucket}/open/bob.txt?versionId=${sought.content}` },
      }),
    "another object in its place": (sought, keys) => s3Call(keys, "PUT", at(sought), { raw: "x" }),
    "on a condition": (sought, keys) =>
      s3Call(keys, "PUT", at(sought), { raw: "x", headers: { "if-none-match": "*" } }),
  }),
  ...doors("POST /s3/:path+", {
    "an upload in parts": (sought, keys) => s3Call(keys, "POST", at(sought, "?uploads=")),
    "its deletion among several": ({ bucket, path }, keys) =>
      s3Call(keys, "POST", `/s3/${bucket}?delete=`, { raw: `<Delete><Object><Key>${path}</Key></Object></Delete>` }),
    "the deletion of its version among several": ({ bucket, path, content }, keys) =>
      s3Call(keys, "POST", `/s3/${bucket}?delete=`, {
        raw: `<Delete><Object><Key>${path}</Key><VersionId>${content}</VersionId></Object></Delete>`,
      }),
  }),
  ...doors("DELETE /s3/:path+", {
    "the object": (sought, keys) => s3Call(keys, "DELETE", at(sought)),
    "the version": (sought, keys) => s3Call(keys, "DELETE", version(sought)),
  }),
];
