import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { DetailHead } from "../../app/detail-head.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useDeletion } from "../../app/use-deletion.tsx";
import { SecretList } from "../../deployed/secret-list.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { CallerBadge } from "./caller-badge.tsx";
import { DeployForm } from "./deploy-form.tsx";
import type { WholeFunction } from "./deployed.ts";
import { RunList } from "./run-list.tsx";
import { RuntimeBadge } from "./runtime-badge.tsx";
import { TryFunction } from "./try-function.tsx";
import { useDeployment } from "./use-deployment.ts";
import { useFunctionUsers } from "./use-function-users.ts";
import { VersionList } from "./version-list.tsx";

const address = z.object({
  tab: z.enum(["code", "settings", "try", "runs", "versions", "secrets"]).optional(),
});

/** One function: its code, its rights, its runs, its versions and its secrets. */
export default function FunctionDetail(): ReactNode {
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const { data, error, refetch } = useApiGet<WholeFunction>(`deployments/${name}`);
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return <FunctionView key={name} stored={data} />;
}

function FunctionView({ stored }: { readonly stored: WholeFunction }): ReactNode {
  const { t } = useLingui();
  const [{ tab = "code" }, setAddress] = useSearchState(address);
  const { name } = stored;
  const deployment = useDeployment(stored);
  return (
    <div className="flex max-w-5xl flex-col gap-4 p-4 lg:p-6">
      <FunctionHead stored={stored} />
      <Tabs
        label={t`Parts of the function`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "code" ? undefined : next })}
        items={[
          { value: "code", label: t`Code`, content: <DeployForm deployment={deployment} part="code" /> },
          {
            value: "settings",
            label: t`Rights and limits`,
            content: <DeployForm deployment={deployment} part="settings" />,
          },
          { value: "try", label: t`Try it`, content: <TryFunction stored={stored} /> },
          { value: "runs", label: t`Runs`, content: <RunList name={name} /> },
          { value: "versions", label: t`Versions`, content: <VersionList stored={stored} /> },
          {
            value: "secrets",
            label: t`Secrets`,
            content: (
              <SecretList
                path={`deployments/${name}/secrets`}
                changes={["deployments"]}
                secrets={stored.secrets}
                afterDeletion={t`The function reads it no more, from its next run on. This cannot be undone.`}
                empty={t`The function reads each by its name in env. They are stored encrypted, and never shown.`}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

function FunctionHead({ stored: { name, version, http, runtime } }: { readonly stored: WholeFunction }): ReactNode {
  const { t } = useLingui();
  const users = useFunctionUsers(name)
    .map(({ label }) => label)
    .join(", ");
  const about = t`Its versions and secrets are deleted, and calls are refused from now on. This cannot be undone.`;
  const deletion = useDeletion({
    path: `deployments/${name}`,
    list: "functions",
    changes: ["deployments"],
    question: t`Delete the function ${name}?`,
    description: users === "" ? about : `${about} ${t`It is used by ${users}: they fail without it.`}`,
    done: t`The function is deleted`,
    typeToConfirm: name,
  });
  return (
    <DetailHead
      above={[{ path: "functions", title: <Trans>Functions</Trans> }]}
      title={name}
      aside={
        <span className="flex flex-wrap items-center gap-2 text-muted text-sm">
          <span>
            <Trans>Version {version}</Trans>
          </span>
          <CallerBadge auth={http.auth} />
          <RuntimeBadge runtime={runtime} />
        </span>
      }
      actions={deletion.button}
      error={deletion.error}
    />
  );
}
