import type { PhoneCodes } from "@plinth/auth";
import {
  type LimitPolicy,
  type LimitState,
  limitDetails,
  PHONE_NUMBER_FORM,
  PlinthError,
  parsePhoneNumber,
  type SqlDriver,
} from "@plinth/core";
import { removePhoneQueries } from "@plinth/db";
import { commit } from "../commit/commit.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { DAY_MS, outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import * as z from "../kernel/zod.ts";
import { mayJoin } from "./admission.ts";
import { networkOf } from "./client-address.ts";
import { REMOVAL_GUARDS, refuseRemoval } from "./last-method.ts";
import { sharedLimiter } from "./limits/index.ts";
import { askerOf, countOfAll, countOfAsker } from "./limits/message-limits.ts";
import { addressVariables } from "./public-address.ts";
import { recordOf } from "./security-events.ts";
import { authSettingsOf } from "./settings/auth-settings.ts";

const HOUR_MS = 3_600_000;
/** Each text message costs. A workspace's limit of a day is a setting. */
const FROM_ADDRESS: LimitPolicy = { name: "sms-address", max: 10, windowMs: HOUR_MS };

/** The part of a day's text messages that one network can use up, and that strangers leave for those who have signed in before. */
const PART_OF_DAY = 1 / 4;
/** A network's least of a day, as several people share one. */
const LEAST_OF_NETWORK = 10;

/** A phone number of a request: stored in the form of E.164, whatever stands between its digits. */
export const phoneNumber = z.string().transform((text, issues) => {
  const number = parsePhoneNumber(text);
  if (number === undefined) issues.addIssue({ code: "custom", message: PHONE_NUMBER_FORM });
  return number ?? z.NEVER;
});

/** How codes of a pool reach phones. Undefined where this server sends no text messages. */
export function phoneCodes(
  engine: Engine,
  driver: SqlDriver,
  pool: string,
  host: string | undefined,
): PhoneCodes | undefined {
  const outbox = outboxOf(engine, "sms");
  if (!outbox) return undefined;
  const settings = async () => (await authSettingsOf(engine, driver, pool)).phone;
  const mustAllow = (state: LimitState): void => {
    if (!state.allowed) throw new PlinthError("RATE_LIMITED", undefined, limitDetails(state));
  };
  return {
    async accept(phone) {
      const { sign_in, countries } = await settings();
      if (!sign_in) throw new PlinthError("SMS_NOT_CONFIGURED");
      if (countries.length === 0 || countries.some((prefix) => phone.startsWith(prefix))) return;
      throw new PlinthError("PHONE_NOT_ALLOWED", undefined, { field: "phone" });
    },
    async count(phone, source) {
      const { address } = source;
      const asked = { workspaceId: pool, template: "phone_code", to: phone };
      const asker = await askerOf(engine, driver, { ...asked, ...source, revealsLimit: true });
      const message = { ...asked, asker };
      mustAllow(await countOfAsker(engine, driver, message));
      const network = address === null ? "" : networkOf(address);
      // Known browsers cost as much: anybody can have some of an own number. Strangers in their network do not use up theirs.
      const who = asker.isStranger ? network : `known in ${network}`;
      const { max_per_day } = await settings();
      const part = Math.floor(max_per_day * PART_OF_DAY);
      if (engine.config.authRateLimit > 0) {
        const ofDay = { name: "sms-address-day", max: Math.max(LEAST_OF_NETWORK, part), windowMs: DAY_MS };
        mustAllow(await sharedLimiter(engine).take(driver, FROM_ADDRESS, who));
        mustAllow(await sharedLimiter(engine).take(driver, ofDay, JSON.stringify([pool, who])));
      }
      const mostADay = asker.isStranger ? max_per_day - part : max_per_day;
      if ((await outbox.countOfDay(engine, driver, pool, "sms")) < mostADay) {
        mustAllow(await countOfAll(engine, driver, message));
        return { id: asker.id, mostADay };
      }
      engine.log.warn("a workspace has sent its text messages of a day", { workspaceId: pool, most: mostADay });
      const refusal = "As many text messages as a day may have were sent here. Sign in another way, or tomorrow.";
      throw new PlinthError("RATE_LIMITED", refusal, { retry_after: HOUR_MS / 1000 });
    },
    queue: async ({ code, minutes, ...message }) =>
      outbox.queue(engine, driver, {
        ...message,
        workspaceId: pool,
        template: "phone_code",
        asker: "counted",
        variables: { code, minutes: String(minutes), ...addressVariables(engine, pool, host) },
      }),
    queued: () => wakeOutbox(engine),
    async takeNewUsers() {
      const { sign_in, sign_up } = await settings();
      return sign_in && sign_up && (await mayJoin(engine, driver, pool));
    },
  };
}

/** The caller's own number, by which nobody signs in any more. Never the last sign-in method. */
export async function removePhone(ctx: RequestContext): Promise<{ phone: null }> {
  const { engine, driver, principal } = ctx;
  const { workspaceId } = principal;
  const userId = principal.id!;
  const byMail = outboxOf(engine) !== undefined;
  const queries = [
    ...removePhoneQueries(driver, { workspaceId, userId, byMail }, REMOVAL_GUARDS),
    recordOf(ctx, { type: "phone_remove", target: `user:${userId}` }),
  ];
  return commit(ctx, { queries, data: { phone: null } }).catch(
    refuseRemoval({ method: "number", none: "Your account has no phone number.", field: "phone" }),
  );
}
