import { zodResolver } from "@hookform/resolvers/zod";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { type UseFormReturn, useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { KEEP_TYPED } from "../../app/forms/keep-typed.ts";
import { useLeaveGuard } from "../../app/forms/use-leave-guard.ts";
import { useRightsQuestion } from "../../deployed/use-rights-question.tsx";
import { toast } from "../../ui/toast.ts";
import type { DeployedFunction, WholeFunction } from "./deployed.ts";
import { deploymentOf, type FunctionForm, formOf, functionForm } from "./function-form.ts";
import { showDeployRefusal } from "./show-deploy-refusal.ts";

/** What was changed in the code and the settings, until it is deployed as the next version. */
export interface Deployment {
  readonly form: UseFormReturn<FunctionForm>;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly submit: () => Promise<void>;
}

export function useDeployment(stored: WholeFunction): Deployment {
  const { t } = useLingui();
  const values = useMemo(() => formOf(stored), [stored]);
  // What somebody else deploys meanwhile takes nothing of what was typed away.
  const form = useForm<FunctionForm>({
    resolver: zodResolver(functionForm),
    values,
    resetOptions: KEEP_TYPED,
  });
  useLeaveGuard(form.formState.isDirty, { isKeptOnPage: true });
  const deploy = useApiMutation({
    run: (api, next: FunctionForm) => api.put<DeployedFunction>(`deployments/${stored.name}`, deploymentOf(next)),
    changes: ["deployments"],
    onDone: ({ version }, next) => {
      form.reset(next);
      toast.success(t`Version ${version} answers`);
    },
  });
  const isMeant = useRightsQuestion();
  const check = useApiMutation({
    run: (api, next: FunctionForm) =>
      api.post<{ readonly grows: readonly string[] }>(`deployments/${stored.name}/check`, deploymentOf(next)),
    changes: [],
  });
  const submit = form.handleSubmit(async (next) => {
    try {
      const { grows } = await check.mutateAsync(next);
      if (await isMeant(grows)) await deploy.mutateAsync(next);
    } catch (error) {
      showDeployRefusal(form, error);
    }
  });
  return {
    form,
    isPending: check.isPending || deploy.isPending,
    error: check.error ?? deploy.error,
    submit: () => submit(),
  };
}
