/** The page at /check: says in words why a page cannot connect. No library, so that little can be in its own way. */
import { takeKey } from "../sync/linkKey.ts";
import { STEPS, type Outcome, type State, type Step } from "./steps.ts";
import { texts } from "./texts.ts";

const MARKS = { passed: "✓", warning: "!", failed: "✕", skipped: "–", running: "…" } as const;

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { className = "", text = "" }: { className?: string; text?: string } = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  made.append(...children);
  return made;
}

/** One step's place in the list. */
class Row {
  readonly element = element("li");

  constructor(private readonly step: Step) {
    this.show("running");
  }

  show(state: State | "running", outcome?: Outcome): void {
    this.element.dataset["state"] = state;
    const mark = element("span", { className: "mark", text: MARKS[state] });
    mark.ariaHidden = "true";
    this.element.replaceChildren(
      mark,
      element("span", { className: "name", text: this.step.name }),
      element("span", { className: "state", text: texts.states[state] }),
      ...(outcome === undefined ? [] : details(outcome)),
    );
  }
}

function details({ text, todo, lines }: Outcome): Node[] {
  const shown: Node[] = [element("p", { text })];
  if (todo !== undefined) shown.push(element("p", { className: "todo", text: todo }));
  if (lines !== undefined) shown.push(element("pre", { text: lines }));
  return shown;
}

async function outcomeOf(step: Step, token: string | null, states: Map<string, State>): Promise<Outcome> {
  if (step.asks && states.get("server") === "failed") return { state: "skipped", text: texts.leftOut };
  try {
    return await step.run({ token, states });
  } catch (problem) {
    return { state: "failed", text: texts.broken(String(problem)) };
  }
}

/** All that was found, in a sentence; failures go before warnings. */
function verdictOf(outcomes: readonly Outcome[]): { readonly state: State; readonly text: string } {
  const first = (state: State) => outcomes.find((outcome) => outcome.state === state)?.text;
  const failed = first("failed");
  if (failed !== undefined) return { state: "failed", text: texts.verdict.failed(failed) };
  const warning = first("warning");
  if (warning !== undefined) return { state: "warning", text: texts.verdict.warning(warning) };
  return { state: "passed", text: texts.verdict.passed };
}

const asText = (outcomes: ReadonlyMap<string, Outcome>): string =>
  [
    `${location.origin}, ${new Date().toISOString()}, ${navigator.userAgent}`,
    ...STEPS.flatMap(({ id, name }) => {
      const found = outcomes.get(id);
      return found === undefined ? [] : [`${texts.states[found.state]}: ${name}: ${found.text}`];
    }),
  ].join("\n");

function start(main: HTMLElement): void {
  const token = takeKey();
  const outcomes = new Map<string, Outcome>();
  const verdict = element("div", { className: "verdict" });
  verdict.role = "status";
  const list = element("ol");
  list.ariaLabel = texts.steps;
  const again = element("button", { text: texts.again });
  const copy = element("button", { text: texts.copy });
  const back = element("a", { text: texts.back });
  back.href = "/";

  const run = async (): Promise<void> => {
    again.disabled = copy.disabled = true;
    outcomes.clear();
    verdict.dataset["state"] = "running";
    verdict.textContent = texts.running;
    const rows = STEPS.map((step) => new Row(step));
    list.replaceChildren(...rows.map((row) => row.element));
    const states = new Map<string, State>();
    for (const [at, step] of STEPS.entries()) {
      const outcome = await outcomeOf(step, token, states);
      states.set(step.id, outcome.state);
      outcomes.set(step.id, outcome);
      rows[at]?.show(outcome.state, outcome);
    }
    const { state, text } = verdictOf([...outcomes.values()]);
    verdict.dataset["state"] = state;
    verdict.textContent = text;
    again.disabled = copy.disabled = false;
  };

  again.addEventListener("click", () => void run());
  copy.addEventListener("click", () => {
    // on plain HTTP there is no clipboard: then it is shown, to be selected
    const text = asText(outcomes);
    if (navigator.clipboard === undefined) list.after(element("pre", { text }));
    else void navigator.clipboard.writeText(text).then(() => (copy.textContent = texts.copied));
  });
  main.replaceChildren(
    element("h1", { text: texts.title }),
    element("p", { className: "about", text: texts.about }),
    verdict,
    list,
    element("div", { className: "actions" }, again, copy, back),
  );
  void run();
}

function chosenScheme(): string | null {
  try {
    return localStorage.getItem("tandem.mode");
  } catch {
    return null; // storage is switched off
  }
}

const mode = chosenScheme();
if (mode === "light" || mode === "dark") document.documentElement.style.colorScheme = mode;
const main = document.querySelector<HTMLElement>("#check");
if (main !== null) start(main);
