import { createRoot } from 'react-dom/client';
import { Start } from './start.tsx';
import { recordWire } from './wire.ts';

// Before the clients send anything.
recordWire();
const root = document.getElementById('root');
if (root) createRoot(root).render(<Start />);
