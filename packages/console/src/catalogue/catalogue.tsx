/** What is sold: the features, and the plans with all their versions. */
import type { ReactNode } from 'react';
import { useAsk } from '../api/use-ask.ts';
import { CatalogueText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { FeatureList } from './feature-list.tsx';
import { PlanPanel } from './plan-panel.tsx';

export function Catalogue(): ReactNode {
  const { data, problem, isAsking } = useAsk(CatalogueText, {});
  const plans = data?.plans ?? [];
  return (
    <section aria-labelledby="catalogue-title">
      <header className="title">
        <h1 id="catalogue-title">Catalogue</h1>
      </header>
      <div className="columns">
        <div className="column">
          <ListState problem={problem} isEmpty={plans.length === 0} isAsking={isAsking} empty="There is no plan yet." />
          {plans.map((plan) => (
            <PlanPanel key={plan.id} newest={plan} />
          ))}
        </div>
        <FeatureList features={data?.features ?? []} />
      </div>
    </section>
  );
}
