import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Eye } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useRoleOptions } from "../../data/role-options.ts";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { CollectionCard } from "./collection-card.tsx";
import { type Exposure, worstFirst } from "./model.ts";

const address = z.object({ who: z.string().max(300).optional() });

/** Milliseconds: rules may be changed elsewhere. */
const EVERY = 30_000;

/** What a stranger, a signed-in user or a role may read and write now, the worst first. */
export default function ExposurePage(): ReactNode {
  const { t } = useLingui();
  const [{ who = "anonymous" }, setSearch] = useSearchState(address);
  const { data, error, refetch } = useApiGet<Exposure>("exposure", { as: who }, { every: EVERY });
  const roles = useRoleOptions();
  const options = useMemo(() => {
    const known = [
      { value: "anonymous", label: t`Strangers, without signing in` },
      { value: "authenticated", label: t`Every signed-in user` },
      ...roles.map(({ value }) => ({ value: `role:${value}`, label: t`Users with the role ${value}` })),
    ];
    return known.some(({ value }) => value === who) ? known : [...known, { value: who, label: who }];
  }, [who, roles, t]);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Exposure`}
        description={t`What others may read and write right now, and by which rules. What can be changed comes first.`}
        className="pb-0"
      />
      <Select
        value={who}
        onValueChange={(next) => setSearch({ who: next === "anonymous" ? undefined : next })}
        options={options}
        aria-label={t`Whose rights`}
        className="w-full sm:w-80"
      />
      {error && <PageFailure error={error} reset={() => void refetch()} />}
      {!error && !data && <PagePending />}
      {!error && data && <Answer exposure={data} of={who} />}
    </div>
  );
}

interface AnswerProps {
  readonly exposure: Exposure;
  /** Whose rights it shows. */
  readonly of: string;
}

function Answer({ exposure, of }: AnswerProps): ReactNode {
  const { t } = useLingui();
  const { bypass, collections } = exposure;
  const sorted = useMemo(() => worstFirst(collections), [collections]);
  if (bypass) {
    return (
      <Card>
        <p className="text-sm">
          <Trans>No rule binds this role: it may do everything with all items.</Trans>
        </p>
      </Card>
    );
  }
  return (
    <>
      <Strangers exposure={exposure} of={of} />
      {collections.length === 0 && (
        <Card>
          <EmptyState icon={<Eye />} title={t`No collections yet`}>
            <Trans>Where there is nothing, nobody can read anything.</Trans>
          </EmptyState>
        </Card>
      )}
      {sorted.map((collection) => (
        <CollectionCard key={collection.slug} exposed={collection} />
      ))}
    </>
  );
}

/** What anybody meets, whoever is looked at. */
function Strangers({ exposure, of }: AnswerProps): ReactNode {
  const { t } = useLingui();
  const { strangers, channels } = exposure;
  const { sign_up, publishable_keys, cors_origins } = strangers;
  const modes = {
    open: t`Everybody may sign up.`,
    invite: t`People with an invitation may sign up.`,
    closed: t`Nobody may sign up.`,
  };
  const isQuick = sign_up.mode === "open" && sign_up.email_verification !== "required" && !sign_up.captcha;
  const keys = publishable_keys?.length ?? 0;
  const patterns = channels.map(({ channel }) => channel.replace(/^channel:/, "")).join(", ");
  const origins = cors_origins.join(", ");
  return (
    <Card title={t`Beside collections`}>
      <ul className="flex list-disc flex-col gap-1 pl-5 text-sm">
        <li>
          {modes[sign_up.mode]}{" "}
          {isQuick && of === "anonymous" && (
            <span className="text-warning-ink">
              <Trans>A stranger becomes a signed-in user in one request: look at every signed-in user too.</Trans>{" "}
            </span>
          )}
          <PageLink leadsOnly path="sign-in" className="underline">
            <Trans>Sign-in settings</Trans>
          </PageLink>
        </li>
        {sign_up.anonymous && (
          <li>
            <Trans>Anybody gets a user without an account.</Trans>
          </li>
        )}
        {publishable_keys && (
          <li>
            <PageLink path="keys" className="underline">
              {t`${plural(keys, { one: "# publishable key", other: "# publishable keys" })}`}
            </PageLink>
          </li>
        )}
        <li>
          {cors_origins.length === 0
            ? t`Only pages of the server's own origin may call it.`
            : t`Pages of these origins may call the server: ${origins}`}
        </li>
        {channels.length > 0 && <li>{t`There are rules for the channels ${patterns}.`}</li>}
      </ul>
    </Card>
  );
}
