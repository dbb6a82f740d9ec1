import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, useForm } from "react-hook-form";
import * as z from "zod";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { Time } from "../../ui/time.tsx";
import { type MailDelivery, useMailDelivery } from "../mail-delivery.tsx";
import { problemOf, showRefusal } from "./refusal.ts";

interface InvitationDialogProps {
  readonly title: string;
  /** Of the invitations, below `/api/`. */
  readonly path: string;
  /** What it gives, as the request says it, such as `{ role }`. */
  readonly gives: object;
  /** Who can accept it, where that is not everybody who has the address. */
  readonly note?: string;
  readonly onClose: () => void;
  /** The control for what it gives. */
  readonly children: ReactNode;
}

const schema = z.object({ email: z.email(), send_mail: z.boolean() });

type Invitee = z.infer<typeof schema>;

interface NewInvitation {
  readonly email: string;
  readonly expires_at: string;
  readonly link: string;
}

const FORM = "invitation";

/** Invites an address. No other answer holds the link, so that it is shown until somebody closes it. Unmounted, it forgets all. */
export function InvitationDialog({ title, path, gives, note, onClose, children }: InvitationDialogProps): ReactNode {
  const { t } = useLingui();
  const form = useForm<Invitee>({ resolver: zodResolver(schema), defaultValues: { email: "", send_mail: false } });
  const invite = useApiMutation({
    run: (api, body: Invitee) => api.post<NewInvitation>(path, { ...body, ...gives }),
    changes: [path],
  });
  const submit = form.handleSubmit((values) => invite.mutateAsync(values).catch((error) => showRefusal(form, error)));
  const { errors } = form.formState;
  const delivery = useMailDelivery();
  const noMail = (now: MailDelivery | undefined) => {
    if (now === "none") return t`This server sends no mails: no mail server is set.`;
    return now === "kept" ? t`No mail server is set: the mail stays in the outbox.` : undefined;
  };
  const made = invite.data;
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      title={made ? t`The invitation's link` : title}
      footer={
        made ? (
          <Button variant="primary" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" form={FORM} variant="primary" pending={invite.isPending}>
              <Trans>Invite</Trans>
            </Button>
          </>
        )
      }
    >
      {made ? (
        <InvitationLink made={made} isMailed={invite.variables?.send_mail === true} />
      ) : (
        <form id={FORM} onSubmit={submit} noValidate className="flex flex-col gap-4">
          <Field
            label={t`Email`}
            required
            description={note}
            error={problemOf(form, "email", t`Write an address such as ada@example.com.`)}
          >
            <Input type="email" autoFocus {...form.register("email")} />
          </Field>
          {children}
          <Controller
            control={form.control}
            name="send_mail"
            render={({ field }) => (
              <Field
                inline
                label={t`Send the link by mail`}
                description={noMail(delivery)}
                error={errors.send_mail?.message}
              >
                <Checkbox
                  disabled={delivery === "none"}
                  checked={field.value}
                  onCheckedChange={(checked) => field.onChange(checked === true)}
                />
              </Field>
            )}
          />
          {errors.root && <ErrorState inline error={invite.error} />}
        </form>
      )}
    </Dialog>
  );
}

function InvitationLink({ made, isMailed }: { readonly made: NewInvitation; readonly isMailed: boolean }): ReactNode {
  const { t } = useLingui();
  const { email, expires_at, link } = made;
  return (
    <div className="flex flex-col gap-2">
      <p>
        <Trans>
          It works once, for {email}, until <Time absolute value={expires_at} />. It is shown only here.
        </Trans>
      </p>
      <SecretText text={link} copyLabel={t`Copy link`} />
      {isMailed && (
        <p className="text-muted text-sm">
          <Trans>A mail with the link is on its way too.</Trans>
        </p>
      )}
    </div>
  );
}
