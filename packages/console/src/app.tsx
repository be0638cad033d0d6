/** The frame around every page: where one can go, whether the numbers are live, and the way out. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useConsole } from './api/console.tsx';
import { Catalogue } from './catalogue/catalogue.tsx';
import { Customer } from './customer/customer.tsx';
import { Customers } from './customers/customers.tsx';
import { LivePage } from './live/live.tsx';
import { ConnectionState } from './parts/connection-state.tsx';
import { Mark } from './parts/mark.tsx';
import { type Route, useRoute } from './route/route.ts';
import { Webhooks } from './webhooks/webhooks.tsx';

const PLACES = [
  { page: 'customers', name: 'Customers' },
  { page: 'catalogue', name: 'Catalogue' },
  { page: 'webhooks', name: 'Webhooks' },
  { page: 'live', name: 'Live' },
] as const;

export function App(): ReactNode {
  const { signOut } = useConsole();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = JSON.stringify(route);
  const last = useRef(place);
  // Who follows a link reads on at the new page, as on any site.
  useEffect(() => {
    if (last.current !== place) {
      main.current?.focus();
      window.scrollTo(0, 0);
    }
    last.current = place;
  }, [place]);

  return (
    <div className="frame">
      <header className="masthead">
        <p className="brand">
          <Mark /> Brim
        </p>
        <nav aria-label="Pages">
          <ul>
            {PLACES.map(({ page, name }) => (
              <li key={page}>
                <a href={`#/${page}`} aria-current={isAt(route, page) ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ConnectionState />
        <button type="button" className="button quiet" onClick={() => signOut()}>
          Sign out
        </button>
      </header>
      <main ref={main} tabIndex={-1}>
        <Page route={route} />
      </main>
    </div>
  );
}

function isAt(route: Route, page: string): boolean {
  return route.page === page || (route.page === 'customer' && page === 'customers');
}

function Page({ route }: { readonly route: Route }): ReactNode {
  switch (route.page) {
    case 'customer':
      return <Customer key={route.id} id={route.id} />;
    case 'catalogue':
      return <Catalogue />;
    case 'webhooks':
      return <Webhooks />;
    case 'live':
      return <LivePage />;
    default:
      return <Customers />;
  }
}
