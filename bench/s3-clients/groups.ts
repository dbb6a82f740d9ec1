/** The conformance cases of versitygw 1.8.0 by groups, and which of them are not about what this endpoint offers. */

interface CaseGroup {
  readonly group: string;
  /** Of the names of its cases. */
  readonly cases: RegExp;
  /** Of the client, for each case. */
  readonly options?: readonly string[];
}

const UPLOADS =
  /^(?:CreateMultipartUpload|UploadPart|UploadPartCopy|ListParts|ListMultipartUploads|AbortMultipartUpload|CompleteMultipartUpload)_/;

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
  { group: "uploads in parts", cases: UPLOADS },
  {
    group: "versions",
    cases: /^(?:(?:Put|Get)BucketVersioning|ListObjectVersions|Versioning)_/,
    options: ["--versioning-enabled"],
  },
];

/** By the names of cases, the first that fits. */
const EXCLUDED: readonly (readonly [cases: RegExp, reason: string])[] = [
  [/WORM|lock|[Rr]etention|[Ll]egal_?[Hh]old|retain_until/, "locks of objects"],
  [
    /^(?:ListObjectVersions_negative_max_keys|Versioning_DeleteObject_(?:nested_dir_object|non_existing_objects))$/,
    "locks of objects",
  ],
  [/^(?:Versioning_PutGetDeleteObjectTagging_delete_marker|PutObject_racey_success)$/, "locks of objects"],
  [
    /acl|ownership|_as_user|as_admin|_policy|AccessControl|no_access|_public$|not_owned|invalid_credentials|_iam_|non_owner/i,
    "access control lists, policies and users of IAM",
  ],
  [/^CreateBucket_(?:long_tags|invalid_tags|duplicate_keys|tag_count_limit)/, "tags of buckets"],
  [/website_redirect|meta_props$|^(?:Get|Head)Object_success|^CreateMultipartUpload_with_metadata/, "websites"],
  [
    /^(?:Put|Get)Object_\w*checksums?(?:_success)?$|^CopyObject_invalid_checksum_algorithm|^ListObjects(?:V2)?_with_checksum|^ListParts_with_checksums|^ListMultipartUploads_with_checksums/,
    "checksums by SHA-512, MD5 and XXHash",
  ],
  [
    /^UploadPart_(?:with_checksums_success|incorrect_checksums|invalid_checksum_header)|^UploadPartCopy_should_(?:calculate|copy)_the_checksum|^CreateMultipartUpload_(?:invalid_checksum_algorithm|type_algo_mismatch|valid_algo_type)/,
    "checksums by SHA-512, MD5 and XXHash",
  ],
  [
    /^CompleteMultipartUpload_(?:incorrect_final_checksums|invalid_final_checksums|invalid_final_composite_checksum|should_verify_final_composite_checksum)/,
    "checksums by SHA-512, MD5 and XXHash",
  ],
  [
    /^SignedStreamingPayloadTrailer_(?:success|bad_digest|invalid_checksum)|^UnsignedStreamingPayloadTrailer_(?:success_both|UploadPart_success_with_trailer|no_payload_trailer_only_headers)/,
    "checksums by SHA-512, MD5 and XXHash",
  ],
  [
    /data_integrity_etag|overwrite_(?:dir|file)_obj|overwrite_same_|dir_obj_with_data|^CreateMultipartUpload_dir_obj|_name_too_long/,
    "versitygw's own: files of a POSIX folder, other tags",
  ],
  [
    /^ListBuckets_(?:success|truncated|with_prefix)|expected_bucket_owner$|_date_mismatch$|^CreateBucket_existing_bucket/,
    "versitygw's own: an access key is the owner, and its API for users",
  ],
  [/incorrect_region|invalid_location_constraint/, "any region is right"],
  [/default_content_type|^GetObject_directory_success/, "the type of an object is found in its bytes"],
  [/special_chars$|with_slashes|false_negative_object_names|invalid_object_names/, "keys that no file can have"],
  [/null_versionId|_suspended$|null_version/, "versions with the id null"],
  [/overrides_presign/, "what browsers run is saved, not shown"],
];

/** Named like those that are excluded, and about what is offered. */
const OFFERED: ReadonlySet<string> = new Set([
  "DeleteBucket_incorrect_expected_bucket_owner",
  "DeleteObject_incorrect_expected_bucket_owner",
  "PutBucketVersioning_success_suspended",
  "PutObject_default_checksum",
  "PutObject_dir_object_default_checksum",
  "PutObject_name_too_long",
  "Versioning_CopyObject_special_chars",
  "Versioning_PutObject_suspended_null_versionId_obj",
]);

/** Undefined: it is about what is offered. */
export function whyNotOffered(name: string): string | undefined {
  return OFFERED.has(name) ? undefined : EXCLUDED.find(([cases]) => cases.test(name))?.[1];
}

const OTHER_CHECKSUMS = "not offered: SHA-512, MD5 and XXHash, which it goes through too";
const UNCONDITIONED =
  "not offered: conditions by the time or the size, which Amazon's S3 has for directory buckets alone";
const NO_VERSION_ID =
  "no bug: a deletion in a list has DeleteMarkerVersionId, and the deletion of a version no DeleteMarker";

/** Cases about what is offered that fail all the same, and why: a bug, or where versitygw is not as the documentation of Amazon's S3. */
export const KNOWN_FAILURES: Readonly<Record<string, string>> = {
  HeadObject_checksums: OTHER_CHECKSUMS,
  GetObjectAttributes_checksums: OTHER_CHECKSUMS,
  UploadPart_no_checksum_with_composite_checksum_type: OTHER_CHECKSUMS,
  DeleteObject_conditional_writes: UNCONDITIONED,
  AbortMultipartUpload_if_match_initiated_time: UNCONDITIONED,
  UnsignedStreamingPayloadTrailer_not_allowed: "not offered: the operations that it calls",
  PutObject_should_combine_metadata:
    "not offered: values of a header that is sent twice are joined by the runtime, with a space",
  CopyObject_conditional_reads: "no bug: a source that is not as its condition says is 412, and not 304",
  UploadPartCopy_conditional_reads: "no bug: a source that is not as its condition says is 412, and not 304",
  CopyObject_cross_bucket_server_side_copy: "no bug: x-amz-storage-class is left out for STANDARD",
  PutObject_success: "no bug: x-amz-object-size is for appended objects alone",
  DeleteObjects_empty_input: "no bug: a list of no keys is MalformedXML",
  ListObjects_list_all_objs: "no bug: an empty Marker is an element all the same",
  ListObjectsV2_list_all_objs: "no bug: an empty Prefix is an element all the same",
  ListObjectsV2_both_start_after_and_continuation_token: "no bug: a continuation token is opaque, and not the key",
  ListParts_null_checksums: "no bug: without a checksum there is no ChecksumType, and not the text null",
  ListMultipartUploads_delimiter_truncated: "no bug: what a page ended with does not begin the next one",
  ListMultipartUploads_keyMarker_not_from_list: "no bug: an upload-id-marker counts for its key-marker alone",
  ListMultipartUploads_invalid_uploadId_marker: "no bug: a list goes on behind an upload that has ended",
  CompleteMultipartUpload_mpu_object_size: "no bug: it has the two numbers of the message the other way round",
  CompleteMultipartUpload_should_ignore_the_final_checksum: "no bug: a checksum that is sent is compared",
  Versioning_DeleteObjects_success: NO_VERSION_ID,
  Versioning_DeleteObjects_delete_deleteMarkers: NO_VERSION_ID,
  Versioning_GetObjectAttributes_delete_marker: "no bug: a deletion has no attributes, which is MethodNotAllowed",
  Versioning_CopyObject_encoded_versionid_separator_invalid_versionId: "no bug: an encoded ? is a part of the key",
  Versioning_UploadPartCopy_encoded_versionid_separator_invalid_versionId: "no bug: an encoded ? is a part of the key",
  ListObjectVersions_VD_success: "no bug: versions have their checksum in the list",
  UnsignedStreamingPayloadTrailer_incomplete_body: "a bug of words: IncompleteBody, with the text for another length",
  SignedStreamingPayloadTrailer_incomplete_body: "a bug of words: refused, as MalformedTrailerError",
};
