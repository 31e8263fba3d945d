import { defaultProject } from '@weir/schemas/api';
import { findingSentence, resolutionSentence, suspectWords } from './finding.ts';
import type { StoredIncident } from './store/incident-store.ts';

/** One message about one transition, before a channel gives it its form. */
export interface Notification {
  /** The same for every attempt and every restart, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly transition: 'firing' | 'resolved';
  readonly incident: StoredIncident;
  /** One sentence that says it all. */
  readonly sentence: string;
  /** The strongest suspects in words; empty when nothing stands out. */
  readonly suspects: readonly string[];
  readonly links: NotificationLinks;
}

export interface NotificationLinks {
  /** The dashboard. */
  readonly dashboard: string;
  readonly incident: string;
  /** The overview, filtered and ranged as the rule was when it fired. */
  readonly overview: string;
}

const SUSPECTS = 3;

/** @param publicUrl where people reach the dashboard, without a trailing slash */
export function notificationOf(
  incident: StoredIncident,
  transition: 'firing' | 'resolved',
  publicUrl: string,
): Notification {
  const finding = findingSentence(incident);
  return {
    id: `${incident.id}-${transition}`,
    transition,
    incident,
    sentence: transition === 'firing' ? finding : (resolutionSentence(incident) ?? finding),
    suspects: incident.suspects.slice(0, SUSPECTS).map(suspectWords),
    links: linksOf(incident, publicUrl),
  };
}

function linksOf(incident: StoredIncident, publicUrl: string): NotificationLinks {
  const to = incident.firedAt - incident.delaySeconds * 1000;
  const project: [string, string][] =
    incident.project === defaultProject ? [] : [['project', incident.project]];
  const search = new URLSearchParams([
    ...project,
    ['from', new Date(to - incident.windowSeconds * 1000).toISOString()],
    ['to', new Date(to).toISOString()],
    ...incident.filters.map((filter): [string, string] => ['filter', filter]),
  ]);
  return {
    dashboard: publicUrl,
    incident: `${publicUrl}/incidents/${encodeURIComponent(incident.id)}${project.length === 0 ? '' : `?${new URLSearchParams(project)}`}`,
    overview: `${publicUrl}/?${search}`,
  };
}
