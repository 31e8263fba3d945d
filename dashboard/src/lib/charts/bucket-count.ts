import { useSyncExternalStore } from 'react';

/** How many buckets the page's charts ask for: one number for all, so that they share one crosshair. */
export function bucketCountFor(pageWidth: number): number {
  if (pageWidth < 640) return 40;
  return pageWidth < 1100 ? 60 : 72;
}

function subscribe(listener: () => void): () => void {
  addEventListener('resize', listener);
  return () => removeEventListener('resize', listener);
}

export function useBucketCount(): number {
  return useSyncExternalStore(subscribe, () => bucketCountFor(innerWidth));
}
