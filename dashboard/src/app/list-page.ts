const lists = ['/streams', '/incidents', '/alerts', '/pipeline', '/settings/keys'] as const;

/** @returns the page that a page of one stream or incident is reached from; other pages are their own */
export function listPageOf(pathname: string): (typeof lists)[number] | '/' {
  return lists.find((list) => pathname === list || pathname.startsWith(`${list}/`)) ?? '/';
}
