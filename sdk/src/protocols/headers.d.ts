/** Anything with the reading half of `Headers`. */
export interface HeaderSource {
  get(name: string): string | null;
}
