import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet } from "../api/hooks.ts";
import { PageLink } from "../app/page-link.tsx";
import { optionsOf } from "../data/role-options.ts";
import { Combobox } from "../ui/combobox.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { RequestWarning } from "./request-warning.tsx";

interface JobNameFieldProps {
  /** Of the job: a function is chosen, another name is written. */
  readonly kind: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly description?: string;
  readonly error?: string | undefined;
}

/** What a job is called: for a function which one it is, among those that there are. */
export function JobNameField({ kind, value, onChange, description, error }: JobNameFieldProps): ReactNode {
  const { t } = useLingui();
  if (kind === "function") return <FunctionField value={value} onChange={onChange} error={error} />;
  return (
    <Field label={t`Name of the job`} required={kind === "task"} description={description} error={error}>
      <Input value={value} onChange={({ target }) => onChange(target.value)} spellCheck={false} className="max-w-80" />
    </Field>
  );
}

function FunctionField({ value, onChange, error }: Pick<JobNameFieldProps, "value" | "onChange" | "error">): ReactNode {
  const { t } = useLingui();
  const names = useFunctionNames();
  const isKnown = names?.includes(value) === true;
  const isGone = value !== "" && names !== undefined && !isKnown;
  const { data: chosen } = useApiGet<{ readonly source: string }>(`deployments/${value}`, {}, { enabled: isKnown });
  return (
    <>
      <Field
        label={t`Function`}
        required
        description={
          names?.length === 0 ? (
            <Trans>
              There is no function yet.{" "}
              <PageLink path="functions/new" className="underline">
                Write one
              </PageLink>{" "}
              first.
            </Trans>
          ) : (
            t`It runs with job in its context: what it was given is job.payload. There is no request.`
          )
        }
        error={error ?? (isGone ? t`There is no function ${value}.` : undefined)}
      >
        <Combobox
          value={value || null}
          onValueChange={(next) => onChange(next ?? "")}
          source={optionsOf(names ?? [])}
          className="max-w-80"
        />
      </Field>
      {chosen && <RequestWarning source={chosen.source} starters={[t`this job`]} />}
    </>
  );
}

/** The names of the functions; undefined until they are known. */
export function useFunctionNames(): readonly string[] | undefined {
  const { data } = useApiGet<readonly { readonly name: string }[]>("deployments");
  return data?.map(({ name }) => name);
}
