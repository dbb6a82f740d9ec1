import { useState } from "react";
import { Badge } from "../ui/badge.tsx";
import { Breadcrumbs } from "../ui/breadcrumbs.tsx";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { KeyValueList } from "../ui/key-value-list.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { CursorPager, LoadMore } from "../ui/pagination.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Separator } from "../ui/separator.tsx";
import { SplitPane } from "../ui/split-pane.tsx";
import { Stepper } from "../ui/stepper.tsx";
import { TabLink, TabLinks, Tabs } from "../ui/tabs.tsx";
import { Toolbar } from "../ui/toolbar.tsx";

export function Layout() {
  const [tab, setTab] = useState<"fields" | "rules">("fields");
  const [step, setStep] = useState(1);
  return (
    <>
      <Card>
        <PageHeader
          title="posts"
          description="What the blog shows."
          aside={<Badge>12 fields</Badge>}
          breadcrumbs={
            <Breadcrumbs
              items={[
                <a key="all" href="#all">
                  Collections
                </a>,
                "posts",
              ]}
            />
          }
          actions={
            <>
              <Button>Import</Button>
              <Button variant="primary">New item</Button>
            </>
          }
          tabs={
            <TabLinks label="Parts of the collection">
              <TabLink>
                <a href="#items" aria-current="page">
                  Items
                </a>
              </TabLink>
              <TabLink>
                <a href="#schema">Schema</a>
              </TabLink>
            </TabLinks>
          }
        />
        <Toolbar label="Items" end={<Button size="sm">Export</Button>}>
          <SearchInput label="Search items" value="" onSearch={() => {}} />
          <Separator vertical />
          <Button size="sm">Filter</Button>
        </Toolbar>
        <LoadMore shown={50} hasMore onLoadMore={() => {}} />
        <CursorPager onPrevious={undefined} onNext={() => {}} />
      </Card>
      <Card title="Parts">
        <Tabs
          label="Parts"
          value={tab}
          onValueChange={setTab}
          items={[
            { value: "fields", label: "Fields", content: "Fields of the collection." },
            { value: "rules", label: "Rules", content: "Who may do what." },
          ]}
        />
        <Separator className="my-4" />
        <Stepper label="Import" steps={["File", "Types", "Result"]} current={step} onStep={setStep} />
        <Separator className="my-4" />
        <KeyValueList
          items={[
            { key: "id", label: "Id", value: <code>0193b0a2-7c1e</code>, copy: <CopyButton text="0193b0a2-7c1e" /> },
            { key: "owner", label: "Owner", value: "Ada Lovelace" },
          ]}
        />
        <SplitPane
          name="gallery"
          className="mt-4 rounded-lg border"
          first={<p className="p-3">First part</p>}
          second={<p className="p-3">Second part</p>}
        />
      </Card>
    </>
  );
}
