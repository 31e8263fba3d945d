import { randomBytes } from 'node:crypto';
import {
  type Channel,
  defaultProject,
  Incident,
  IncidentList,
  IncidentParams,
  IncidentsQuery,
  ProjectQuery,
  Rule,
  RuleInput,
  RuleList,
  RuleParams,
  RulePreview,
  RulePreviewQuery,
  RuleTest,
} from '@weir/schemas/api';
import { Type } from 'typebox';
import type { Alerting } from '../alert/alerting.ts';
import { incidentAnswer, ruleAnswer } from '../alert/answers.ts';
import { previewRule } from '../alert/preview-rule.ts';
import { checkedRule } from '../alert/rule-input.ts';
import type { StoredRule, UnreadableRule } from '../alert/store/rule-store.ts';
import { testChannels } from '../alert/test-channels.ts';
import { CollectorError } from '../errors.ts';
import { parseScope } from '../query/scope.ts';
import { refuseUnknownParameters } from './parameters.ts';
import type { ApiPlugin } from './routes.ts';

const tags = ['alerting'];
const DAY_MS = 86_400_000;
const MOST_RULES_OF_PROJECT = 200;
/** Of all projects: every one is judged every ten seconds. */
const MOST_RULES = 1_000;

export interface AlertingRouteDependencies {
  readonly alerting: Alerting;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}

/** Incidents and rules. */
export function alertingRoutes(dependencies: AlertingRouteDependencies): ApiPlugin {
  return async (app) => {
    app.addHook('preValidation', refuseUnknownParameters);
    await app.register(incidentRoutes(dependencies));
    await app.register(ruleRoutes(dependencies));
    await app.register(ruleTrialRoutes(dependencies));
  };
}

function incidentRoutes({ alerting, now }: AlertingRouteDependencies): ApiPlugin {
  return async (app) => {
    app.get(
      '/incidents',
      {
        schema: {
          tags,
          summary: 'Incidents, newest first; those that are firing always',
          querystring: IncidentsQuery,
          response: { 200: IncidentList },
        },
      },
      async ({ query }) => {
        const { project = defaultProject, status, limit = 100 } = query;
        const { from, to } = rangeOf(query, now(), 30 * DAY_MS);
        const incidents = await alerting.incidents.list({
          project,
          from,
          to,
          limit,
          ...(status === undefined ? {} : { status }),
        });
        const deliveries = await alerting.deliveries.ofIncidents(incidents.map(({ id }) => id));
        return { incidents: incidents.map((incident) => incidentAnswer(incident, deliveries)) };
      },
    );

    app.get(
      '/incidents/:id',
      {
        schema: {
          tags,
          summary: 'One incident',
          params: IncidentParams,
          querystring: ProjectQuery,
          response: { 200: Incident },
        },
      },
      async ({ params: { id }, query }) => {
        const incident = await alerting.incidents.get(projectOf(query), id);
        if (incident === null) throw new CollectorError('not-found', `There is no incident ${id}.`);
        return incidentAnswer(incident, await alerting.deliveries.ofIncidents([id]));
      },
    );
  };
}

function ruleRoutes({ alerting, now }: AlertingRouteDependencies): ApiPlugin {
  const { rules } = alerting;
  return async (app) => {
    app.get(
      '/rules',
      {
        schema: {
          tags,
          summary: 'Alert rules and their state, oldest first',
          querystring: ProjectQuery,
          response: { 200: RuleList },
        },
      },
      async ({ query }) => {
        const listed = rules.list(projectOf(query));
        const [listing, progress] = await Promise.all([listed, alerting.progress.all()]);
        return { rules: listing.rules.map((rule) => ruleAnswer(rule, progress.get(rule.id)?.progress)) };
      },
    );

    app.post(
      '/rules',
      {
        schema: {
          tags,
          summary: 'Create a rule',
          querystring: ProjectQuery,
          body: RuleInput,
          response: { 201: Rule },
        },
      },
      async ({ query, body }, reply) => {
        const project = projectOf(query);
        refuseTooMany((await rules.list()).rules, project);
        const id = randomBytes(6).toString('hex');
        const at = now();
        const definition = definitionOf(alerting, body, { id, channels: [] });
        const rule = { id, project, version: 1, createdAt: at, updatedAt: at, definition };
        await rules.put(rule);
        return reply.code(201).send(ruleAnswer(rule, undefined));
      },
    );

    app.get(
      '/rules/:id',
      {
        schema: {
          tags,
          summary: 'One rule',
          params: RuleParams,
          querystring: ProjectQuery,
          response: { 200: Rule },
        },
      },
      async ({ params: { id }, query }) =>
        answerOf(alerting, await readableRule(alerting, projectOf(query), id)),
    );

    app.put(
      '/rules/:id',
      {
        schema: {
          tags,
          summary: 'Change a rule; a masked address keeps the stored one',
          params: RuleParams,
          querystring: ProjectQuery,
          body: RuleInput,
          response: { 200: Rule },
        },
      },
      async ({ params: { id }, query, body }) => {
        const stored = await existingRule(alerting, projectOf(query), id);
        const { project, version, createdAt } = stored;
        const definition = definitionOf(alerting, body, { id, channels: channelsOf(stored) });
        const rule = { id, project, version: version + 1, createdAt, updatedAt: now(), definition };
        await rules.put(rule);
        return answerOf(alerting, rule);
      },
    );

    app.delete(
      '/rules/:id',
      {
        schema: {
          tags,
          summary: 'Delete a rule; an incident it is in is resolved',
          params: RuleParams,
          querystring: ProjectQuery,
          response: { 204: Type.Null() },
        },
      },
      async ({ params: { id }, query }, reply) => {
        await rules.remove(await existingRule(alerting, projectOf(query), id), now());
        return reply.code(204).send(null);
      },
    );
  };
}

function ruleTrialRoutes({ alerting, now }: AlertingRouteDependencies): ApiPlugin {
  return async (app) => {
    app.post(
      '/rules/preview',
      {
        schema: {
          tags,
          summary: 'What a rule would have done over a past range; by default the last 24 hours',
          querystring: RulePreviewQuery,
          body: RuleInput,
          response: { 200: RulePreview },
        },
      },
      async ({ query, body }) => {
        const definition = definitionOf(alerting, { ...body, channels: [] }, { id: '', channels: [] });
        const range = rangeOf(query, now(), DAY_MS);
        const { everySeconds } = alerting.grid;
        const question = { ...range, project: projectOf(query), everySeconds };
        const result = await previewRule(alerting.streams, definition, question);
        if (result.status === 'too_long') throw new CollectorError('invalid-range', result.message);
        return result.preview;
      },
    );

    app.post(
      '/rules/:id/test',
      {
        schema: {
          tags,
          summary: 'Send a test notification to each channel of a rule',
          params: RuleParams,
          querystring: ProjectQuery,
          response: { 200: RuleTest },
        },
      },
      async ({ params: { id }, query }) => {
        const rule = await readableRule(alerting, projectOf(query), id);
        return testChannels(alerting.send, rule, { now: now(), publicUrl: alerting.publicUrl });
      },
    );
  };
}

function refuseTooMany(rules: readonly StoredRule[], project: string): void {
  const own = rules.filter((rule) => rule.project === project).length;
  if (own < MOST_RULES_OF_PROJECT && rules.length < MOST_RULES) return;
  const most =
    own < MOST_RULES_OF_PROJECT
      ? `${MOST_RULES} rules in all projects together`
      : `${MOST_RULES_OF_PROJECT} rules`;
  throw new CollectorError('conflict', `There are ${most}, the most there can be. Delete one first.`);
}

function projectOf({ project = defaultProject }: ProjectQuery): string {
  return project;
}

async function existingRule(
  { rules }: Alerting,
  project: string,
  id: string,
): Promise<StoredRule | UnreadableRule> {
  const found = await rules.get(project, id);
  if (found.status !== 'missing') return found.rule;
  throw new CollectorError('not-found', `There is no rule ${id}. It may have been deleted.`);
}

async function readableRule(alerting: Alerting, project: string, id: string): Promise<StoredRule> {
  const rule = await existingRule(alerting, project, id);
  if ('definition' in rule) return rule;
  throw new CollectorError(
    'conflict',
    `The stored rule ${id} cannot be read (${rule.reason}). Save it again or delete it.`,
  );
}

function channelsOf(rule: StoredRule | UnreadableRule): readonly Channel[] {
  return 'definition' in rule ? rule.definition.channels : [];
}

async function answerOf({ progress }: Alerting, rule: StoredRule): Promise<Rule> {
  return ruleAnswer(rule, (await progress.all()).get(rule.id)?.progress);
}

function definitionOf(
  { allowPrivateWebhooks }: Alerting,
  body: RuleInput,
  stored: { id: string; channels: readonly Channel[] },
): RuleInput {
  const context = { ruleId: stored.id, storedChannels: stored.channels, allowPrivateWebhooks };
  const checked = checkedRule(body, context);
  if (checked.status === 'ok') return checked.definition;
  throw new CollectorError(checked.code, checked.message);
}

function rangeOf(
  query: { from?: string; to?: string },
  nowMs: number,
  lengthMs: number,
): { from: number; to: number } {
  const parsed = parseScope(query, { nowMs, lengthMs });
  if (parsed.status === 'invalid') throw new CollectorError(parsed.code, parsed.message);
  return { from: parsed.scope.fromMs, to: parsed.scope.toMs };
}
