/**
 * Why Brim did not start, where its operator can solve it. Printed as sentences, without a stack.
 */
export class StartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartError';
  }
}
