import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { API_URL } from "../../api/config.ts";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { useInsights } from "../../data/insights.ts";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Bytes } from "../../ui/number-format.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";

interface ServerFacts {
  readonly version: string;
  /** Absent: the database does not answer. */
  readonly dialect: string | undefined;
}

/** Which program this is, and on what it runs. */
export function ThisServer(): ReactNode {
  const { t } = useLingui();
  const facts = useServerFacts();
  const insights = useInsights();
  const error = facts.error ?? insights.error;
  if (error) return <ErrorState inline error={error} />;
  const server = insights.data?.server;
  return (
    <Card title={t`This server`}>
      {facts.data === undefined || insights.data === undefined ? (
        <SkeletonLines lines={4} />
      ) : (
        <KeyValueList
          items={[
            {
              key: "address",
              label: t`Address`,
              value: <code className="break-all">{API_URL}</code>,
              copy: <CopyButton text={API_URL} label={t`Copy address`} />,
            },
            { key: "version", label: t`Version`, value: facts.data.version },
            { key: "database", label: t`Database`, value: facts.data.dialect ?? t`It does not answer` },
            ...(server ? [{ key: "host", label: t`Runs on`, value: server.host }] : []),
            { key: "since", label: t`Running since`, value: <Time value={insights.data.since} /> },
            ...(server?.memory_bytes != null
              ? [{ key: "memory", label: t`Memory`, value: <Bytes value={server.memory_bytes} /> }]
              : []),
          ]}
        />
      )}
    </Card>
  );
}

/** The version from the doctor, the database from the probe for load balancers. */
function useServerFacts() {
  const { slug, client } = useWorkspace();
  return useQuery({
    queryKey: [...apiKey(slug, "doctor"), "server"],
    queryFn: async ({ signal }): Promise<ServerFacts> => {
      const [doctor, health] = await Promise.all([
        client.request("api/doctor", { signal }),
        // Outside of the API, and without anybody's rights.
        fetch(`${API_URL}/health`, { credentials: "omit", cache: "no-store", signal }),
      ]);
      const { meta } = (await doctor.json()) as { readonly meta: { readonly version: string } };
      const { dialect } = (await health.json()) as { readonly dialect?: string };
      return { version: meta.version, dialect };
    },
    staleTime: 60_000,
  });
}
