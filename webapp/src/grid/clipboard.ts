/** Whether the text is on the clipboard: absent on plain HTTP, whatever its type says; refused where the user forbade it. */
export async function toClipboard(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return false;
  return clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
