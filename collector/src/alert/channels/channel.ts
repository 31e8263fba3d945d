import type { Notification } from '../notification.ts';

/**
 * What became of one attempt. `retry`: it may work later, not before `notBeforeSeconds` where the receiver said so.
 * `refused`: the same attempt would fail again.
 */
export type SendOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'retry'; readonly detail: string; readonly notBeforeSeconds: number | null }
  | { readonly status: 'refused'; readonly detail: string };

/** Makes one attempt to tell one receiver. It answers within a bounded time and does not throw for what receivers do. */
export type Send<Target> = (target: Target, notification: Notification) => Promise<SendOutcome>;
