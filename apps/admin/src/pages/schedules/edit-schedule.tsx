import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Schedule } from "@plinth/client/schedules";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { formOf, type ScheduleForm, scheduleForm, scheduleOf } from "./schedule-form.ts";
import { showScheduleRefusal } from "./show-schedule-refusal.ts";

/** Changes a schedule. */
export default function EditSchedulePage(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const { data, error, refetch } = useApiGet<Schedule>(`schedules/${id}`);
  if (error && !data) return <PageFailure error={error} reset={() => void refetch()} />;
  return data ? <EditForm stored={data} /> : <PagePending />;
}

function EditForm({ stored }: { readonly stored: Schedule }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const path = `schedules/${stored.id}`;
  const form = useForm<ScheduleForm>({ resolver: zodResolver(scheduleForm), defaultValues: formOf(stored) });
  const change = useApiMutation({
    run: (api, values: ScheduleForm) => api.patch<Schedule>(path, scheduleOf(values, stored)),
    changes: ["schedules"],
    onDone: () => go(path),
  });
  return (
    <FormPage
      list={{ path, title: stored.name }}
      title={t`Change schedule`}
      form={form}
      create={change}
      onRefusal={showScheduleRefusal}
      submitLabel={<Trans>Save</Trans>}
    >
      <ScheduleFields form={form} />
    </FormPage>
  );
}
