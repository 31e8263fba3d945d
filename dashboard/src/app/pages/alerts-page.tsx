import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { BackLink } from '../../components/back-link.tsx';
import { RuleForm } from '../../features/rule-form/rule-form.tsx';
import { RuleList } from '../../features/rule-list/rule-list.tsx';
import { PageTitle } from '../page-title.tsx';

const route = getRouteApi('/alerts');

/** The alert rules, or one of them to write. */
export function AlertsPage(): ReactElement {
  const { rule } = route.useSearch();
  if (rule === undefined) {
    return (
      <>
        <PageTitle title="Alerts" />
        <RuleList />
      </>
    );
  }
  return (
    <div className="space-y-3">
      <PageTitle title={rule === 'new' ? 'New rule' : 'Rule'} />
      <BackLink to="/alerts">Alerts</BackLink>
      <h1 className="text-xl font-semibold tracking-tight">
        {rule === 'new' ? 'New alert rule' : 'Alert rule'}
      </h1>
      <RuleForm key={rule} id={rule} />
    </div>
  );
}
