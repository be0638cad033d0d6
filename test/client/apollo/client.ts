import { ApolloClient } from '@apollo/client';
import { apolloOptions } from '@brim/client/apollo';

// Your server knows who is signed in: it asks Brim for createCustomerToken, and answers with the
// token.
const token = async () => (await fetch('https://app.example/brim-token')).text();

export const client = new ApolloClient(apolloOptions({ url: 'https://brim.example', token }));
