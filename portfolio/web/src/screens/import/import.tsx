/** Files of brokers and other trackers: dropped, looked through, taken over, and taken out again. */

import { Button, Group } from "@mantine/core";
import { IconFileImport, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { Link, useNavigate, useParams } from "react-router";
import type { Import as Found } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { Card, Loaded, PageHeader, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { imports, useUpload } from "./api";
import classes from "./import.module.css";
import { Review } from "./review";

export default function Import() {
  const { id } = useParams();
  return id === undefined ? <Begin /> : <Review id={id} />;
}

function Begin() {
  const words = useWords().imports;
  const all = useQuery(imports.all());
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <div className={classes.page}>
        <DropZone />
        <Loaded query={all} skeleton={<SkeletonRows rows={3} height={56} />}>
          {(found) => (found.length === 0 ? null : <Earlier list={found} />)}
        </Loaded>
      </div>
    </>
  );
}

function DropZone() {
  const words = useWords().imports;
  const navigate = useNavigate();
  const upload = useUpload();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: readonly File[]) => {
    if (files.length > 0) {
      upload.mutate(files, { onSuccess: ({ id }) => void navigate(`/import/${id}`) });
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(Array.from(event.dataTransfer.files));
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the button is the keyboard's way
    <div
      className={`${classes.drop} ${over ? classes.over : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={drop}
    >
      <IconFileImport size={28} stroke={1.5} aria-hidden />
      <h2>{words.drop}</h2>
      <p>{words.formats}</p>
      <Button
        loading={upload.isPending}
        leftSection={<IconUpload size={16} stroke={1.8} />}
        onClick={() => input.current?.click()}
      >
        {words.choose}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words.choose}
        onChange={(event) => {
          take(Array.from(event.currentTarget.files ?? []));
          event.currentTarget.value = "";
        }}
      />
      <p className={classes.quiet}>{words.local}</p>
    </div>
  );
}

function Earlier({ list }: { list: readonly Found[] }) {
  const { words, locale } = useSpoken();
  return (
    <Section title={words.imports.earlier}>
      <Card bare>
        <ul className={classes.earlier}>
          {list.map((one) => (
            <li key={one.id}>
              <Link to={`/import/${one.id}`} className={classes.link}>
                <span>
                  <strong>{one.files.map((file) => file.name).join(", ")}</strong>
                  <small className={classes.quiet}>{dateAndTime(one.created, locale)}</small>
                </span>
                <Group gap="xs">
                  <span className={classes.quiet}>{words.imports.counted(one.new)}</span>
                  <span className={classes.state}>{words.imports.states[one.state]}</span>
                </Group>
              </Link>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
