/**
 * @returns an equal string that owns its characters. JavaScript engines let a slice keep the whole text it was cut
 * from alive: a model's name must not hold on to ten megabytes of attachments for as long as its span is open.
 */
export function detached(text: string): string {
  return String(JSON.parse(JSON.stringify(text)));
}
