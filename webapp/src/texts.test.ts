import { readdirSync, readFileSync } from "node:fs";
import { parseSync, Visitor, type ESTree } from "vite";
import { describe, expect, test } from "vitest";

const FOLDER = new URL(".", import.meta.url);

/** Words that are the same in every language. */
const NAMES = /Tandem/g;
/** Attributes and properties that people see or hear. */
const SPOKEN = /^(aria-(label|description|roledescription|valuetext|placeholder)|label|title|placeholder|alt|helperText|primary|secondary|subheader|message|caption|noOptionsText|loadingText|closeText|openText|clearText)$/; // prettier-ignore

const isWords = (text: string): boolean => /\p{L}/u.test(text.replaceAll(NAMES, ""));

/** The words of an expression that becomes a text: a string, a template, a choice between them. */
function words(node: ESTree.Node | null): string[] {
  if (node === null) return [];
  if (node.type === "Literal") return typeof node.value === "string" ? [node.value] : [];
  if (node.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.raw);
  if (node.type === "JSXExpressionContainer") return words(node.expression);
  if (node.type === "ConditionalExpression") return [node.consequent, node.alternate].flatMap(words);
  const joins =
    node.type === "LogicalExpression" || (node.type === "BinaryExpression" && node.operator === "+");
  return joins ? [node.left, node.right].flatMap(words) : [];
}

function nameOf(key: ESTree.Node): string {
  if (key.type === "Identifier" || key.type === "JSXIdentifier") return key.name;
  return key.type === "Literal" ? String(key.value) : "";
}

/** The texts that stand in a source instead of in texts.ts. */
function textsIn(source: string): string[] {
  const found: string[] = [];
  const said = ({ children }: { readonly children: readonly ESTree.JSXChild[] }) =>
    found.push(...children.filter(({ type }) => type === "JSXExpressionContainer").flatMap(words));
  new Visitor({
    JSXText: (node) => found.push(node.value),
    JSXElement: said,
    JSXFragment: said,
    JSXAttribute: ({ name, value }) => SPOKEN.test(nameOf(name)) && found.push(...words(value)),
    Property: ({ key, value }) => SPOKEN.test(nameOf(key)) && found.push(...words(value)),
  }).visit(parseSync("source.tsx", source).program);
  return found.filter(isWords).map((text) => text.trim());
}

const sources = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => /(?<!\.test)\.tsx$/.test(name)); // prettier-ignore

describe("every text stands in texts.ts", () => {
  test.each(sources)("%s", (name) => {
    expect(textsIn(readFileSync(new URL(name, FOLDER), "utf8"))).toEqual([]);
  });

  test.each([
    ["<p>Hello</p>", ["Hello"]],
    ['<p>{late ? "Too late" : "In time"}</p>', ["Too late", "In time"]],
    ["<p>{`${n} left`}</p>", ["left"]],
    ['<p>{n > 0 && "some"}</p>', ["some"]],
    ['<Button aria-label="Close" sx={{ color: "red" }} />', ["Close"]],
    ['<Select SelectDisplayProps={{ "aria-label": "Grid" }} />', ["Grid"]],
    ['<TextField label={"Na" + "me"} type="email" />', ["Na", "me"]],
    ["<p>Tandem · {count} {texts.app.copy}</p>", []],
    ['<Box component="span" role="status">{texts.app.name}</Box>', []],
  ])("%s", (source, found) => {
    expect(textsIn(`const a = ${source};`)).toEqual(found);
  });
});
