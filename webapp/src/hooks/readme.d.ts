/** What the README prints; see vitest.config.ts. */
declare module "virtual:readme" {
  export function OpenTasks(): React.JSX.Element;
}
