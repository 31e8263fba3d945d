import type { Delivery, Incident, Rule, RuleState } from '@weir/schemas/api';
import { maskedChannel } from './channel-secrets.ts';
import { incidentSummary } from './finding.ts';
import { incidentId } from './incident.ts';
import { initialProgress, openIncident, type RuleProgress } from './rule-state.ts';
import type { StoredDelivery } from './store/delivery-store.ts';
import type { StoredIncident } from './store/incident-store.ts';
import type { StoredRule } from './store/rule-store.ts';

/**
 * A rule as the API shows it, without secrets.
 *
 * @param progress undefined before its first evaluation
 */
export function ruleAnswer(rule: StoredRule, progress: RuleProgress | undefined): Rule {
  return {
    ...rule.definition,
    channels: rule.definition.channels.map((channel) => maskedChannel(channel, rule.id)),
    id: rule.id,
    createdAt: isoTime(rule.createdAt),
    updatedAt: isoTime(rule.updatedAt),
    state: stateAnswer(rule, progress ?? initialProgress(rule.createdAt)),
  };
}

function stateAnswer(rule: StoredRule, progress: RuleProgress): RuleState {
  const open = openIncident(progress.phase);
  return {
    status: shownStatus(rule, progress),
    since: isoTime(progress.since),
    evaluatedAt: progress.evaluatedAt === null ? null : isoTime(progress.evaluatedAt),
    ...progress.figures,
    detail: progress.detail,
    incidentId: open === null ? null : incidentId(rule.id, open.number),
  };
}

/** The next evaluation follows a switch within seconds; until then the switch is what people expect to see. */
function shownStatus(rule: StoredRule, { status }: RuleProgress): RuleState['status'] {
  if (!rule.definition.enabled) return 'disabled';
  return status === 'disabled' ? 'inactive' : status;
}

/** @param deliveries any that include those of this incident */
export function incidentAnswer(incident: StoredIncident, deliveries: readonly StoredDelivery[]): Incident {
  const { id, ruleId, ruleName, threshold, windowSeconds, failureRate, peakFailureRate, streams, failed } =
    incident;
  const status = incident.resolvedAt === null ? 'firing' : 'resolved';
  return {
    id,
    ruleId,
    ruleName,
    status,
    startedAt: isoTime(incident.startedAt),
    firedAt: isoTime(incident.firedAt),
    resolvedAt: incident.resolvedAt === null ? null : isoTime(incident.resolvedAt),
    filters: [...incident.filters],
    threshold,
    windowSeconds,
    failureRate,
    peakFailureRate,
    streams,
    failed,
    summary: incidentSummary(incident),
    suspects: incident.suspects,
    deliveries: deliveries
      .filter(
        ({ incidentId, transition }) =>
          incidentId === id && (transition === 'firing' || status === 'resolved'),
      )
      .map(deliveryAnswer),
  };
}

function deliveryAnswer(delivery: StoredDelivery): Delivery {
  const { channelType, target, transition, status, attempts, attemptedAt, preparedAt, detail } = delivery;
  return {
    channel: channelType,
    target,
    transition,
    status,
    attempts,
    at: isoTime(attemptedAt ?? preparedAt),
    detail,
  };
}

const isoTime = (at: number): string => new Date(at).toISOString();
