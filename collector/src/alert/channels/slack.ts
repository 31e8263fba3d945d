import { defaultProject } from '@weir/schemas/api';
import type { Notification } from '../notification.ts';
import type { Send } from './channel.ts';
import { httpOutcome } from './http-outcome.ts';
import type { PostJson } from './post-json.ts';

/** Limit of a text block; the finding is far below it unless a rule has many long filters. */
const MOST_TEXT = 2900;
const MOST_URL = 3000;

/** Slack and whatever takes its incoming-webhook payload (Mattermost, Rocket.Chat, Discord with `/slack`). */
export function createSlack(post: PostJson, now: () => number): Send<{ readonly url: string }> {
  return async ({ url }, notification) => httpOutcome(await post(url, slackMessage(notification)), now());
}

/** The sentence first: it is what the notification on a locked phone shows. */
export function slackMessage(notification: Notification): object {
  const { incident, transition, sentence, suspects, links } = notification;
  const mark = transition === 'firing' ? ':red_circle:' : ':large_green_circle:';
  const { project, ruleName } = incident;
  const name = escaped(project === defaultProject ? ruleName : `${ruleName} (${project})`);
  return {
    text: cut(`${mark} ${name}: ${escaped(sentence)}`),
    blocks: [
      section(`${mark} *${name}* ${transition}\n${escaped(sentence)}`),
      ...(transition === 'firing' && suspects.length > 1
        ? [
            section(
              `Over-represented among the failures:\n${suspects.map((words) => `• ${escaped(words)}`).join('\n')}`,
            ),
          ]
        : []),
      {
        type: 'actions',
        elements: [
          button('Open incident', links.incident),
          // Slack refuses the whole message for one address that is too long.
          ...(links.overview.length <= MOST_URL ? [button('Show these streams', links.overview)] : []),
        ],
      },
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(text) } };
}

function button(text: string, url: string): object {
  return { type: 'button', text: { type: 'plain_text', text }, url };
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

/** The three characters that Slack's markup gives a meaning. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
