import { followAccount, updateUserQueries } from "@plinth/db";
import { refuseOn } from "../commit/commit.ts";
import { commitMetadataChange } from "../commit/metadata-change.ts";
import { originOf } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { serverSet } from "../kernel/server-set.ts";
import * as z from "../kernel/zod.ts";
import { recordOf } from "./security-events.ts";
import { imageUrl, requireManageable } from "./user-admin.ts";
import { describeUser, noSuchUser, type User } from "./users.ts";

export const updateUserSchema = z.strictObject({
  ...serverSet(
    "id",
    "email",
    "phone",
    "created_at",
    "roles",
    "operator",
    "email_verified",
    "blocked_at",
    "is_anonymous",
  ),
  name: plainText(1, 200).optional(),
  image: imageUrl.nullish(),
});

/** Changes the name or the image of an account, and of its item in the collection of users. */
export async function updateUser(
  ctx: RequestContext,
  id: string,
  input: z.infer<typeof updateUserSchema>,
): Promise<User> {
  const { driver, now } = ctx;
  const { user, rights, requires } = await requireManageable(ctx, id, "change");
  const { name = user.name, image = user.image } = input;
  const changed = { ...user, name, image, updatedAt: new Date(now) };
  const queries = [
    ...updateUserQueries(driver, changed),
    ...(await followAccount(driver, user, originOf(ctx), now)),
    // The names of the fields, not their values: the log outlives the user.
    recordOf(ctx, { type: "user_change", target: `user:${id}`, detail: { changed: Object.keys(input) } }),
  ];
  const data = describeUser(changed, rights.roles);
  return commitMetadataChange(ctx, { queries, requires, data, secret: true }).catch(refuseOn("guard", noSuchUser));
}
