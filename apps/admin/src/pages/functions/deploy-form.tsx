import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { RequestWarning } from "../../deployed/request-warning.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { SettingsFields } from "./settings-fields.tsx";
import type { Deployment } from "./use-deployment.ts";
import { useFunctionUsers } from "./use-function-users.ts";
import { useOwnStarters } from "./use-own-starters.ts";

interface DeployFormProps {
  readonly deployment: Deployment;
  readonly part: "code" | "settings";
}

/** Changes the code or the settings. A change is a new version, which answers from then on. */
export function DeployForm({ deployment, part }: DeployFormProps): ReactNode {
  const { t } = useLingui();
  const { form, isPending, error, submit } = deployment;
  const { isDirty, errors } = form.formState;
  const [name, source, others] = form.watch(["name", "source", "others"]);
  const users = useFunctionUsers(name).filter(({ kind }) => kind !== "hook");
  const starters = [...useOwnStarters(others), ...users.map(({ label }) => label)];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      noValidate
      className="flex flex-col gap-5 pt-4"
    >
      {part === "settings" ? (
        <SettingsFields form={form} />
      ) : (
        <Controller
          control={form.control}
          name="source"
          render={({ field }) => (
            <Field label={t`Code`} error={problemOf(form, "source", t`Write the function.`)}>
              <CodeEditor
                language="javascript"
                value={field.value}
                onValueChange={field.onChange}
                onSubmit={() => void submit()}
              />
            </Field>
          )}
        />
      )}
      <RequestWarning source={source} starters={starters} />
      {errors.root && <ErrorState inline error={error} />}
      {part === "code" && Object.keys(errors).some((name) => name !== "source" && name !== "root") && (
        <p className="text-danger-ink text-sm">
          <Trans>The rights and limits need a change first.</Trans>
        </p>
      )}
      {part === "settings" && errors.source && (
        <p className="text-danger-ink text-sm">
          <Trans>The code needs a change first.</Trans>
        </p>
      )}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={isPending} disabled={!isDirty}>
          <Trans>Deploy</Trans>
        </Button>
        <Button disabled={!isDirty} onClick={() => form.reset()}>
          <Trans>Discard</Trans>
        </Button>
      </div>
    </form>
  );
}
