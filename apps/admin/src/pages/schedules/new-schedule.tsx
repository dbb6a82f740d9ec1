import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { Schedule } from "@plinth/client/schedules";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useApiMutation } from "../../api/hooks.ts";
import { FormPage } from "../../app/forms/form-page.tsx";
import { useGo } from "../../app/links.ts";
import { ScheduleFields } from "./schedule-fields.tsx";
import { EMPTY_SCHEDULE, type ScheduleForm, scheduleForm, scheduleOf } from "./schedule-form.ts";
import { showScheduleRefusal } from "./show-schedule-refusal.ts";

/** Makes a schedule. */
export default function NewSchedulePage(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const form = useForm<ScheduleForm>({ resolver: zodResolver(scheduleForm), defaultValues: EMPTY_SCHEDULE });
  const create = useApiMutation({
    run: (api, values: ScheduleForm) => api.post<Schedule>("schedules", scheduleOf(values)),
    changes: ["schedules"],
    onDone: ({ id }) => go(`schedules/${id}`),
  });
  return (
    <FormPage
      list={{ path: "schedules", title: <Trans>Schedules</Trans> }}
      title={t`New schedule`}
      form={form}
      create={create}
      onRefusal={showScheduleRefusal}
      submitLabel={<Trans>Create schedule</Trans>}
    >
      <ScheduleFields form={form} />
    </FormPage>
  );
}
