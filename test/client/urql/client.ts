import { urqlOptions } from '@brim/client/urql';
import { Client } from 'urql';

// Your server knows who is signed in: it asks Brim for createCustomerToken, and answers with the
// token.
const token = async () => (await fetch('https://app.example/brim-token')).text();

export const client = new Client(urqlOptions({ url: 'https://brim.example', token }));
