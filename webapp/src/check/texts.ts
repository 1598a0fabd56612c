/** Everything the self-test says. What the server says itself is shown as it is. */

const nginx = (...lines: readonly string[]): string => lines.join("\n");

export const texts = {
  title: "Connection check",
  about: "What lies between this page and its server, step by step. Nothing is changed.",
  running: "Looking…",
  again: "Check again",
  copy: "Copy as text",
  copied: "Copied",
  back: "To the grids",
  steps: "Steps",
  states: { passed: "passed", warning: "warning", failed: "failed", skipped: "left out", running: "…" },
  verdict: {
    passed: "Everything works.",
    warning: (first: string) => `Tandem works here, but: ${first}`,
    failed: (first: string) => `Something is in the way: ${first}`,
  },
  leftOut: "Left out, because the server does not answer.",
  broken: (why: string) => `The step itself failed: ${why}`,

  secure: {
    name: "How the page came",
    https: "Over HTTPS.",
    local: "From this machine.",
    plain: "Over plain HTTP: browsers then offer less, and anybody on the way can read along.",
    todo: "Serve it over HTTPS: with that it also opens without a network.",
  },
  server: {
    name: "The server",
    passed: "It answers, and is ready.",
    offline: "This device says that it has no network.",
    silent: (origin: string) => `Nothing answers at ${origin}.`,
    silentTodo:
      "Whoever runs the server: does it run, and does the proxy reach it? On it: python -m server doctor.",
    gateway: (status: number) => `A proxy answered ${status}: it is there, but Tandem behind it is not.`,
    other: (status: number) =>
      `Something else than Tandem answered (${status}): a proxy, or the network's own page.`,
    otherTodo: "Does the proxy pass every address on to Tandem? In a hotel's network: sign in there first.",
    notReady: (why: string) => `It answers, but is not ready: ${why}`,
  },
  headers: {
    name: "What the proxy passes on",
    passed: (proxies: number) =>
      proxies === 0
        ? "The server is asked by its right name, and by no proxy."
        : `The server is asked by its right name, and counts its proxies right (${proxies}).`,
    host: (here: string, there: string) =>
      `The address here is ${here}, but the server is asked for ${there}: the proxy writes another Host.`,
    hostLines: nginx("proxy_set_header Host $http_host;"),
    nginx: "In nginx:",
    more: (came: number, counted: number) =>
      `X-Forwarded-For names ${came}, and the server counts on ${counted}: it takes everybody behind the proxy for one.`,
    moreTodo: (came: number) => `Set TRUSTED_PROXIES=${came}, if all of them are yours.`,
    fewer: (came: number, counted: number) =>
      `X-Forwarded-For names ${came}, and the server counts on ${counted}: anybody could write his own address there.`,
    fewerTodo: (came: number) => `Set TRUSTED_PROXIES=${came}, or let the proxy write the header. In nginx:`,
    fewerLines: nginx("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
    scheme: (there: string, here: string) =>
      `X-Forwarded-Proto says ${there}, but the page came over ${here}.`,
    schemeTodo: "Tandem does not look at it; other programs behind this proxy may. In nginx:",
    schemeLines: nginx("proxy_set_header X-Forwarded-Proto $scheme;"),
  },
  origin: {
    name: "Pages from here",
    passed: "The server takes requests of pages from this address.",
    todo: "If the proxy writes another Host (see above), let it pass on the one that it gets. Otherwise add the address to ALLOWED_ORIGINS.",
    refused: (status: number) => `The server answered ${status}.`,
  },
  clock: {
    name: "The clock",
    passed: "This device and the server agree on the time.",
    off: (minutes: number) =>
      `This device and the server differ by ${minutes} min: times in histories look wrong.`,
    todo: "Let both set their clocks by the network.",
  },
  key: {
    name: "The key",
    open: "This server asks for none.",
    edit: "It is good: you may edit.",
    view: "It is good: you may look.",
    grid: (grid: string) => `It is good, for the grid ${grid}.`,
    none: "This browser has no key, and the server asks for one.",
    noneTodo: "Open the link that you were given, then come back here.",
    badTodo: "It may have been taken back or changed: ask for a new link.",
  },
  transports: {
    passed: (ms: number) => `Connected; a question was answered in ${ms} ms.`,
    refused: (why: string) => `The way is free, but the server refuses: ${why}`,
    silent: "Connected, but a question was not answered.",
    origin: "No connection: the server refuses pages from this address, see above.",
  },
  polling: {
    name: "Long-polling",
    failed: (why: string) => `No connection: ${why}`,
    todo: "Without it and without a WebSocket the page cannot connect. Does the proxy pass on /socket.io/, POST requests too?",
  },
  websocket: {
    name: "WebSocket",
    failed: "No connection. Most often a proxy does not pass on the upgrade.",
    fallback: "Until that is mended the page works by long-polling, which is slower. In nginx:",
    todo: "In nginx:",
    lines: nginx(
      "proxy_http_version 1.1;",
      "proxy_set_header Upgrade $http_upgrade;",
      'proxy_set_header Connection "upgrade";',
      "proxy_read_timeout 90s;",
    ),
  },
  stream: {
    name: "Answers in pieces",
    passed: "They arrive as the server writes them.",
    collected:
      "A proxy collects an answer and passes it on when it is whole: large grids show later than they could.",
    failed: (why: string) => `The answer did not come to its end: ${why}`,
    todo: "In nginx:",
    lines: nginx("proxy_buffering off;"),
  },
  storage: {
    name: "Storage",
    passed: "This browser keeps edits that are not sent yet, and records for the next visit.",
    failed: "This browser keeps nothing: edits that are not sent are lost with the tab.",
    todo: "Leave the private mode, allow this site to store data, or make room on the disk.",
  },
  worker: {
    name: "Without a network",
    passed: "The page is kept on this device, and opens without a network.",
    insecure: "Not over plain HTTP.",
    missing: "Nothing of the page is kept on this device yet.",
    todo: "Open the grids once, over HTTPS, in a window that is not private.",
  },
  noAnswer: "no answer came in time",
  network: "the network failed",
} as const;
