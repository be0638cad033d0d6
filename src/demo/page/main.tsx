import { createRoot } from 'react-dom/client';
import { Start } from './start.tsx';
import { tapWire } from './wire.ts';

// Before anything is sent.
tapWire();
const root = document.getElementById('root');
if (root) createRoot(root).render(<Start />);
