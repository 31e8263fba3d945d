/** Tells the reader in passing that something was done; `Notices` shows it and reads it out. */
type NoticeListener = (text: string) => void;

const listeners = new Set<NoticeListener>();

export function onNotice(listener: NoticeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function notify(text: string): void {
  for (const listener of listeners) listener(text);
}

/** Copies text and says so, or says that the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify('Copied');
  } catch {
    notify('The browser does not allow copying here. Select the text and copy it by hand.');
  }
}

export function downloadFile(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
