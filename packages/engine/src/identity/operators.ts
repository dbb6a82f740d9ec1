import { OPERATORS_POOL_ID } from "@plinth/core";
import { insertOperator } from "@plinth/db";
import type * as z from "zod";
import type { RequestContext } from "../kernel/engine.ts";
import { recordOf } from "./security-events.ts";
import { createUser, createUserSchema } from "./user-admin.ts";
import type { User } from "./users.ts";

/** The same request among the operators' accounts, which the services of users then read and change. Only for operators. */
export function amongOperators(ctx: RequestContext): RequestContext {
  return { ...ctx, principal: { ...ctx.principal, workspaceId: OPERATORS_POOL_ID } };
}

export const createOperatorSchema = createUserSchema.omit({ roles: true });

export type Operator = Omit<User, "roles">;

/** Makes an account of a further operator. Nobody is signed in. */
export async function createOperator(
  ctx: RequestContext,
  input: z.infer<typeof createOperatorSchema>,
): Promise<Operator> {
  const within = amongOperators(ctx);
  return describeOperator(
    await createUser(within, input, (id) => [
      insertOperator(ctx.driver, id, ctx.now),
      recordOf(within, { type: "operator_add", target: `user:${id}` }),
    ]),
  );
}

export function describeOperator({ roles: _, ...operator }: User): Operator {
  return operator;
}
