import { useEffect, useState } from "react";
import { titleOf } from "../../fields/title.ts";
import type { FieldDescription } from "../../protocol.ts";
import type { View } from "../../query/view.ts";
import { realClock } from "../../sync/clock.ts";
import type { Replica } from "../../sync/replica.ts";
import type { News } from "../../sync/types.ts";
import { texts } from "../../texts.ts";
import { Lately } from "./lately.ts";
import { newsText, type Heard } from "./newsText.ts";
import { Pauses } from "./pauses.ts";

/** In words; null where nothing of it shows. */
function heard(news: News, fields: readonly FieldDescription[], replica: Replica): Heard | null {
  const labels = fields.filter(({ name }) => news.fields.includes(name)).map(({ label }) => label);
  if (news.kind === "update" && labels.length === 0) return null;
  const record = titleOf(replica.get(news.id)?.fields ?? {}, fields) ?? texts.grid.untitled;
  return { who: news.author.name, kind: news.kind, record, fields: labels };
}

/** Two panes may show one record: one of them tells of it. */
const told = new WeakSet<News>();

const isNew = (news: News): boolean => {
  const before = told.has(news);
  told.add(news);
  return !before;
};

/** What others did to the rows on the page: told to those who hear it, and kept for the cells, which show it. */
export function useNews(
  replica: Replica,
  view: View,
  shown: readonly FieldDescription[],
  say: (text: string) => void,
): Lately {
  const [lately] = useState(() => new Lately());
  useEffect(() => {
    const onPage = () => new Set(view.snapshot().rows.map(({ id }) => id));
    const pauses = new Pauses<News>(realClock, (news) => {
      const page = onPage();
      const here = news.filter((each) => page.has(each.id) && isNew(each));
      const text = newsText(here.flatMap((each) => heard(each, shown, replica) ?? []));
      if (text !== "") say(text);
    });
    const off = replica.onNews((news) => {
      const page = onPage();
      lately.note(news, (id) => page.has(id));
      // A new row comes to the page in the next frame, if at all.
      pauses.add(news.filter(({ id, kind }) => kind === "add" || page.has(id)));
    });
    return () => {
      off();
      pauses.stop();
    };
  }, [replica, view, shown, say, lately]);
  return lately;
}
