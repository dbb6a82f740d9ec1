import { type CommandGroup, flag, text } from "../command.ts";
import { names } from "../options.ts";
import { encoded, requestCommand } from "../request-command.ts";

const LIMITS = ["buckets", "prefix", "read_only", "expires_at"];
const PATH = "/api/s3-keys";

export const S3_KEYS: CommandGroup = {
  summary: "the access keys with which clients of S3 use the files of a workspace",
  actions: {
    list: requestCommand({
      summary: "list the access keys, without their secrets",
      request: () => ["GET", PATH],
      columns: ["access_key_id", "name", ...LIMITS, "last_used_at", "created_by", "id"],
    }),
    create: requestCommand({
      summary: "make an access key, and show its secret this once; needs --token",
      args: ["NAME"],
      options: {
        buckets: text("A,B", "the only buckets that it may use"),
        prefix: text("TEXT", "with which the paths begin that it may use, such as team-a/"),
        "read-only": flag("it stores and deletes nothing"),
        "expires-at": text("TIME", "when the key ends"),
      },
      request: ([name], { buckets, prefix, "read-only": readOnly, "expires-at": expiresAt }) => [
        "POST",
        PATH,
        { name, buckets: buckets && names(buckets), prefix, read_only: readOnly, expires_at: expiresAt },
      ],
      columns: ["access_key_id", "secret_access_key", "name", ...LIMITS, "id"],
    }),
    revoke: requestCommand({
      summary: "end an access key",
      args: ["ID"],
      request: ([id]) => ["DELETE", `${PATH}/${encoded(id)}`],
      columns: ["id"],
    }),
  },
};
