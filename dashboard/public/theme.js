// Applies a chosen theme before the first paint. A classic script of its own, so that the page needs no inline script;
// without a choice the style sheet follows the system by itself.
try {
  const theme = localStorage.getItem('weir.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is denied: the system's theme holds.
}
