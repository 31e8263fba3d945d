/**
 * Reads an origin as people write it.
 *
 * @returns what browsers send as `Origin` from such pages, or undefined when it is none; a path is no part of it
 */
export function pageOrigin(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase().replace(/\/$/, '');
  const url = URL.parse(trimmed);
  if (url === null) return undefined;
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    // Without what the browser leaves out as well: the port that goes without saying.
    const isBare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
    return isBare && !url.hostname.includes('*') ? url.origin : undefined;
  }
  // Packaged applications have schemes of their own: `capacitor://localhost`, `chrome-extension://…`.
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*@]+$/.test(trimmed) ? trimmed : undefined;
}
