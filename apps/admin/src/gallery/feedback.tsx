import { PlinthClientError } from "@plinth/client";
import { Webhook } from "lucide-react";
import { Avatar } from "../ui/avatar.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Bytes, Count } from "../ui/number-format.tsx";
import { Progress } from "../ui/progress.tsx";
import { SkeletonLines } from "../ui/skeleton.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.ts";

const SAMPLES = [
  { label: "curl", code: 'curl -H "x-api-key: $KEY" http://127.0.0.1:8787/api/items/posts' },
  { label: "JavaScript", code: 'const { data } = await plinth.items("posts").list();' },
  { label: "Python", code: 'requests.get(f"{url}/api/items/posts", headers={"x-api-key": key})' },
];

const ERROR = new PlinthClientError("UNAVAILABLE", "The service is not available; try again later.", 503, {
  requestId: "0193b0a2-7c1e-7f6a-9d55-1f0a4c9b2e11",
});
const CONFLICT = new PlinthClientError("UNIQUE_VIOLATION", "Another item already has this value.", 409, {
  requestId: "0193b0a2-7c1e-7f6a-9d55-1f0a4c9b2e12",
});

export function Feedback() {
  return (
    <>
      <Card title="Small parts">
        <div className="flex flex-wrap items-center gap-3">
          <Badge>neutral</Badge>
          <Badge tone="accent">accent</Badge>
          <Badge tone="success">success</Badge>
          <Badge tone="warning">warning</Badge>
          <Badge tone="danger">danger</Badge>
          <Badge tone="info">info</Badge>
          <Kbd keys="mod+shift+k" />
          <Spinner />
          <Avatar name="Ada Lovelace" />
          <Avatar name="grace@example.com" size="lg" />
          <Avatar name="Zoë" size="sm" />
          <Bytes value={36_250_000} />
          <Count value={1_234_567} />
          <Count value={1_234_567} compact />
          <Time value="2026-11-29T18:00:00Z" />
          <Time value="2026-11-29T18:00:00Z" absolute />
        </div>
        <div className="flex flex-col gap-3 pt-4">
          <Progress label="Importing" value={40} />
          <Progress label="Connecting" />
          <SkeletonLines lines={3} />
        </div>
      </Card>
      <Card title="Messages">
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => toast.success("Saved")}>Success</Button>
          <Button onClick={() => toast.error("It was not saved", { description: "The server could not be reached." })}>
            Error
          </Button>
          <Button onClick={() => toast.undo("12 items deleted", async () => {})}>Undo</Button>
        </div>
      </Card>
      <Card flush title="Empty">
        <EmptyState
          icon={<Webhook />}
          title="No webhooks yet"
          actions={<Button variant="primary">New webhook</Button>}
          samples={SAMPLES}
        >
          A webhook sends each change of a collection to an address of yours.
        </EmptyState>
      </Card>
      <Card flush title="Failed">
        <ErrorState error={ERROR} onRetry={() => {}} />
        <div className="p-4">
          <ErrorState inline error={CONFLICT} />
        </div>
      </Card>
    </>
  );
}
