import { type CustomerOrder, customerCursor, DEFAULT_ORDER } from '../src/customers/order.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { addTotalCount, toConnection } from './connection.ts';
import { CustomerRef } from './customer-ref.ts';
import { pageArgs } from './list-args.ts';

const CustomerConnection = builder.connectionObject(
  {
    type: CustomerRef,
    name: 'CustomerConnection',
    description: 'A page of customers, in the order that was asked for.',
  },
  { name: 'CustomerEdge', description: 'One customer of a page, with its cursor.' },
);
addTotalCount(CustomerConnection, 'customers');

const CustomerOrderEnum = builder.enumType('CustomerOrder', {
  description: 'An order of customers. A cursor is of one order, and others refuse it.',
  values: {
    NEWEST_FIRST: {
      description: 'By createdAt, the newest first; those of one instant by id, the last first.',
    },
    OLDEST_FIRST: { description: 'By createdAt, the oldest first, and then by id.' },
    ID: { description: 'By your own id, as the database compares text.' },
  } satisfies Record<CustomerOrder, { description: string }>,
});

builder.queryField('customers', (t) =>
  t.field({
    type: CustomerConnection,
    extensions: declareCost({ statements: 1 }),
    nullable: true,
    description: 'Lists all customers. Needs a secret key.',
    args: {
      ...pageArgs('customers'),
      search: t.arg.string({
        description:
          'Return only customers whose id, name or email contains this text, in any letter ' +
          'case: at most 200 characters.',
      }),
      orderBy: t.arg({
        type: CustomerOrderEnum,
        defaultValue: DEFAULT_ORDER,
        description: 'The order of the customers. It is the same on all pages of a walk.',
      }),
    },
    resolve: appOnly(async (_, args, { customers }) =>
      toConnection(
        await customers.list(args),
        (customer) => customerCursor(customer, args.orderBy ?? DEFAULT_ORDER),
        () => customers.count(args),
      ),
    ),
  }),
);
