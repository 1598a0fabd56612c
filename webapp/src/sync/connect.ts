import { Client, type ClientOptions } from "./client.ts";
import { Connection } from "./connection.ts";
import { IndexedDbCopies } from "./copyDb.ts";
import { Database } from "./database.ts";
import { fnv1a } from "./digest.ts";
import { Identity, type Who } from "./identity.ts";
import { IndexedDbStorage } from "./indexeddb.ts";
import { KeptList } from "./keptList.ts";
import { MemoryStorage } from "./memory.ts";
import { Notes } from "./notes.ts";
import { pagesByHttp } from "./pages.ts";
import { Rights } from "./rights.ts";
import { LocalSeen } from "./seen.ts";
import { fetchAccess } from "./sharing.ts";
import { isVisible, onDocument, onWindow, ownOrigin } from "./surroundings.ts";
import { isShut } from "./wire.ts";

export interface ConnectOptions extends Who, Pick<ClientOptions, "maxRecords"> {
  /** The server's origin, such as `https://tandem.example.org`; by default the page's own. */
  readonly url?: string | undefined;
  /**
   * Where edits lie until the server has answered, and records for when there is no network. `indexeddb`, which
   * outlives the page, is the default where there is one.
   */
  readonly storage?: "indexeddb" | "memory" | undefined;
}

/** Makes a client, and connects it. One for a page or a program: outside React, which may mount twice. */
export function connect({ url, storage, maxRecords, ...who }: ConnectOptions = {}): Client {
  const origin = originOf(url);
  // Edits are sent to the server that they were made for, whichever others this page has looked at.
  const place = origin === "" ? "tandem" : `tandem@${origin}`;
  const isKept = (storage ?? (typeof indexedDB === "undefined" ? "memory" : "indexeddb")) === "indexeddb";
  const notes = new Notes(`${place}.`, isKept);
  const connection = new Connection({ url: origin, identity: new Identity(who, notes) });
  const { server } = connection;
  const access = (): number => fnv1a(server.token ?? "");
  const list = new KeptList(access, notes);
  connection.onRefused((error) => isShut(error) && list.forget());
  const parts = {
    connection,
    list,
    pages: pagesByHttp(server),
    rights: new Rights({ wire: connection, ask: () => fetchAccess(server), access, notes }),
    seen: new LocalSeen(notes),
    maxRecords,
  };
  const client = isKept
    ? onDisk(parts, place, access)
    : new Client({ ...parts, storage: new MemoryStorage() });
  connection.start();
  void client.resume();
  return client;
}

/** With the browser's own disk, which is told when the page goes and comes. */
function onDisk(parts: Omit<ClientOptions, "storage">, place: string, access: () => number): Client {
  const database = new Database(place);
  const storage = new IndexedDbStorage(database);
  const copies = new IndexedDbCopies(database, access);
  const hide = (): void => {
    client.flush();
    void storage.end();
  };
  const turn = (): void => (isVisible() ? (storage.awake(), client.inherit()) : client.flush());
  const ends = [
    onWindow("pagehide", hide),
    onWindow("pageshow", () => storage.awake()),
    onDocument("visibilitychange", turn),
  ];
  const end = (): Promise<void> => {
    for (const each of ends) each();
    return storage.close();
  };
  const client = new Client({ ...parts, storage, copies, end });
  return client;
}

/** Empty: the page's own. A path would be taken for one of Socket.IO's namespaces. */
function originOf(url: string | undefined): string {
  const own = ownOrigin();
  if (url === undefined && own === undefined) throw new TypeError("Where is the server? connect({ url: … })");
  if (url === undefined) return "";
  const { origin, pathname, search, protocol } = new URL(url, own);
  if (!/^https?:$/.test(protocol) || pathname !== "/" || search !== "")
    throw new TypeError(`The server's url is its origin, such as https://tandem.example.org, and not ${url}`);
  return origin === own ? "" : origin;
}
