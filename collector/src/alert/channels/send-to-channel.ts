import type { Channel } from '@weir/schemas/api';
import type { Send } from './channel.ts';
import type { PostJson } from './post-json.ts';
import { createSlack } from './slack.ts';
import { createWebhook } from './webhook.ts';

/** Every kind of channel; one more is one more case here and in `Channel`. */
export function createSendToChannel(post: PostJson, now: () => number): Send<Channel> {
  const webhook = createWebhook(post, now);
  const slack = createSlack(post, now);
  return (channel, notification) => {
    switch (channel.type) {
      case 'webhook':
        return webhook(channel, notification);
      case 'slack':
        return slack(channel, notification);
    }
  };
}
