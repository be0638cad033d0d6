import type { Plan } from '../src/catalog/types.ts';
import {
  AlreadyExistsError,
  FeatureNotFoundError,
  InvalidInputError,
  PlanNotFoundError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { PlanObject } from './plan.ts';
import {
  ArchivePlanInput,
  CreatePlanInput,
  UnarchivePlanInput,
  UpdatePlanInput,
} from './plan-input.ts';

function success(name: string, description: string) {
  return builder.objectRef<{ plan: Plan }>(name).implement({
    description,
    fields: (t) => ({
      plan: t.expose('plan', {
        type: PlanObject,
        description: 'The newest version of the plan, as this request left it.',
      }),
    }),
  });
}

const CreatePlanPayload = builder.errorUnion('CreatePlanPayload', {
  description: 'The plan that was created, or the reason why none was.',
  types: [
    success('CreatePlanSuccess', 'The plan was created and is on sale.'),
    AlreadyExistsError,
    FeatureNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'CreatePlanSuccess',
});

const UpdatePlanPayload = builder.errorUnion('UpdatePlanPayload', {
  description: 'The next version of the plan, or the reason why none was made.',
  types: [
    success(
      'UpdatePlanSuccess',
      'The next version is on sale in place of the older one, or nothing was to be changed.',
    ),
    PlanNotFoundError,
    FeatureNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'UpdatePlanSuccess',
});

const ArchivePlanPayload = builder.errorUnion('ArchivePlanPayload', {
  description: 'The archived plan, or the error that there is none with this id.',
  types: [
    success('ArchivePlanSuccess', 'The plan is off sale, by this request or by an earlier one.'),
    PlanNotFoundError,
  ],
  resolveType: () => 'ArchivePlanSuccess',
});

const UnarchivePlanPayload = builder.errorUnion('UnarchivePlanPayload', {
  description: 'The plan that is on sale again, or the reason why it is not.',
  types: [
    success('UnarchivePlanSuccess', 'The plan is on sale, by this request or since before.'),
    PlanNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'UnarchivePlanSuccess',
});

builder.mutationFields((t) => ({
  createPlan: t.field({
    type: CreatePlanPayload,
    nullable: true,
    description: 'Creates version 1 of a plan and puts it on sale. Needs a secret key.',
    args: {
      input: t.arg({
        type: CreatePlanInput,
        required: true,
        description: 'The plan to create: its id, its name and its items.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      plan: await catalog.createPlan(input),
    })),
  }),
  updatePlan: t.field({
    type: UpdatePlanPayload,
    nullable: true,
    description:
      'Creates the next version of a plan and puts it on sale, unless nothing would change. ' +
      'Customers who have an older version keep it unchanged. Needs a secret key.',
    args: {
      input: t.arg({
        type: UpdatePlanInput,
        required: true,
        description: 'The plan to update, and what its next version changes.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      plan: await catalog.updatePlan({ ...input }),
    })),
  }),
  archivePlan: t.field({
    type: ArchivePlanPayload,
    nullable: true,
    description:
      'Takes a plan off sale. Customers who have it keep it. Archiving it again changes ' +
      'nothing. Needs a secret key.',
    args: {
      input: t.arg({
        type: ArchivePlanInput,
        required: true,
        description: 'The id of the plan to archive.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      plan: await catalog.archivePlan(input),
    })),
  }),
  unarchivePlan: t.field({
    type: UnarchivePlanPayload,
    nullable: true,
    description:
      'Puts an archived plan on sale again, in its newest version. Refused where another base ' +
      'plan of its group is attached to every new customer, as it would be. Needs a secret key.',
    args: {
      input: t.arg({
        type: UnarchivePlanInput,
        required: true,
        description: 'The id of the plan to put on sale again.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      plan: await catalog.unarchivePlan(input),
    })),
  }),
}));
